package com.voltageems.hissrv.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The Chinese README says what the English one says: who changes one is told to change the other.
 */
class ReadmesTest {
  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern HEADING = Pattern.compile("(?m)^(#+) (.*)$");
  private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");

  private final String english = Files.readString(Path.of("README.md"));
  private final String chinese = Files.readString(Path.of("README.zh-CN.md"));

  ReadmesTest() throws IOException {}

  @Test
  void theyLinkToEachOther() {
    assertThat(english).contains("[中文](README.zh-CN.md)");
    assertThat(chinese).contains("[English](README.md)");
  }

  @Test
  void commandsAndOutputsAreTheSame() {
    assertThat(all(CODE, chinese)).isEqualTo(all(CODE, english)).hasSizeGreaterThan(5);
  }

  @Test
  void headingsHaveTheSameStructure() {
    assertThat(levels(CODE.matcher(chinese).replaceAll("")))
        .isEqualTo(levels(CODE.matcher(english).replaceAll("")))
        .hasSizeGreaterThan(10);
  }

  @Test
  void linksAndPicturesLeadSomewhere() {
    assertThat(all(LINK, chinese)).hasSizeGreaterThan(20);
    assertThat(LINK.matcher(chinese).results().map(link -> link.group(1)))
        .allMatch(target -> Files.exists(Path.of(target.split("#", 2)[0])));
  }

  @Test
  void theHeadingsAreTranslated() {
    List<String> untranslated =
        HEADING
            .matcher(CODE.matcher(chinese).replaceAll(""))
            .results()
            .map(heading -> heading.group(2))
            .filter(text -> !text.equals("HisSrv"))
            .filter(text -> text.codePoints().noneMatch(Character::isIdeographic))
            .toList();
    assertThat(untranslated).isEmpty();
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(MatchResult::group).toList();
  }

  private static List<Integer> levels(String text) {
    return HEADING.matcher(text).results().map(heading -> heading.group(1).length()).toList();
  }
}
