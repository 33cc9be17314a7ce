package com.voltageems.hissrv.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NoticesIT {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+\\.jar)` \\| [^| ]");

  @Test
  void theNoticesNameEveryJarThatIsShippedAndNoOther() throws IOException {
    List<String> noticed =
        ROW.matcher(Files.readString(Path.of("THIRD-PARTY-NOTICES.md")))
            .results()
            .map((MatchResult row) -> row.group(1))
            .toList();

    assertThat(noticed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(shipped());
  }

  @Test
  void everyJarOfTheClassPathLiesBesideOurs() throws IOException {
    assertThat(shipped()).allMatch(jar -> Files.isRegularFile(Path.of("target/lib", jar)));
  }

  private static List<String> shipped() throws IOException {
    try (var jar = new JarFile("target/hissrv.jar")) {
      String classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return Pattern.compile(" ")
          .splitAsStream(classPath)
          .map(entry -> entry.replaceFirst("^lib/", ""))
          .toList();
    }
  }
}
