package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** What every command's help owes to who reads it, and docs/cli.md to who looks there. */
class CommandLineTest {
  private static final Path DOCS = Path.of("docs/cli.md");

  /** What may stand before HisSrv's own call. */
  private static final String NOT_OURS = "^ *(sudo -u hissrv |source <\\()?";

  /** The first word of what is not HisSrv's own call: a redirection, a pipe. */
  private static final List<String> SHELL = List.of(">", "<", "|");

  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|([^\\s)]+)");

  static Stream<CommandSpec> commands() {
    return below(Main.commandLine());
  }

  private static Stream<CommandSpec> below(CommandLine command) {
    return Stream.concat(
        Stream.of(command.getCommandSpec()),
        command.getSubcommands().values().stream().flatMap(CommandLineTest::below));
  }

  private static List<String> examples(CommandSpec command) {
    return Arrays.stream(command.usageMessage().footer())
        .filter(line -> line.contains("hissrv ") && line.startsWith("  "))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void hasExamplesThatAreRightCalls(CommandSpec command) {
    assertThat(command.usageMessage().footer()).contains("Examples:");
    assertThat(examples(command)).isNotEmpty();
    for (String example : examples(command)) {
      String call = example.replaceFirst(NOT_OURS, "");
      assertThat(call).startsWith(command.qualifiedName());
      String[] words = words(call).stream().skip(1).toArray(String[]::new);
      assertThatCode(() -> Main.commandLine().parseArgs(words))
          .as(example)
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void saysWhatItsExitCodesMean(CommandSpec command) {
    Map<String, String> codes = command.usageMessage().exitCodeList();
    assertThat(codes).containsKeys("0", "1", "2");
    assertThat(codes.values()).noneMatch(String::isBlank);
    assertThat(command.commandLine().getUsageMessage()).contains("Exit codes:", "wrong call");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void saysWhatItIsAndWhatEachOptionIs(CommandSpec command) {
    assertThat(command.usageMessage().description()).isNotEmpty();
    for (ArgSpec argument : command.args()) {
      assertThat(argument.description())
          .as(command.qualifiedName() + " " + argument.paramLabel())
          .isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isDescribedInLinesThatAreNotBroken(CommandSpec command) {
    int width = command.usageMessage().width();
    assertThat(command.usageMessage().description()[0])
        .as("what the list of commands shows")
        .endsWith(".");
    assertThat(command.usageMessage().description())
        .allMatch(line -> line.length() < width)
        .allMatch(line -> command.commandLine().getUsageMessage().contains(line + "\n"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void takesJson(CommandSpec command) {
    assertThat(command.optionsMap()).containsKeys("--json", "--config", "--help");
  }

  @Test
  void theDocsTellEachCommandsExitCodes() throws IOException {
    String rows =
        Files.readAllLines(DOCS).stream()
            .filter(line -> line.startsWith("| `hissrv"))
            .reduce("", (all, line) -> all + line + "\n");
    var expected = new StringBuilder();
    commands()
        .filter(command -> command.subcommands().isEmpty())
        .forEach(command -> {
          var codes = command.usageMessage().exitCodeList();
          var others = new ArrayList<String>();
          codes.forEach((code, meaning) -> {
            if (code.length() > 1) {
              others.add(code + " " + meaning);
            }
          });
          expected.append(
              "| `%s` | %s | %s | %s |%n"
                  .formatted(
                      command.qualifiedName(),
                      codes.get("0"),
                      codes.get("1"),
                      others.isEmpty() ? "" : String.join(", ", others)));
        });
    assertThat(rows.replaceAll(" +\\|", " |"))
        .isEqualTo(expected.toString().replaceAll(" +\\|", " |"));
  }

  @Test
  void completionKnowsEveryCommandAndOption() {
    HisSrvCall call = HisSrvCall.of(List.of("completion"));
    assertThat(call.code()).isZero();
    commands()
        .forEach(command -> {
          assertThat(call.output()).contains(command.name());
          assertThat(call.output()).contains(command.optionsMap().keySet());
        });
    assertThat(HisSrvCall.of(List.of("completion", "--json")).output())
        .startsWith("{\"script\":\"#!");
  }

  private static List<String> words(String call) {
    var words = new ArrayList<String>();
    var matcher = WORD.matcher(call);
    while (matcher.find()) {
      String word =
          Stream.of(1, 2, 3)
              .map(matcher::group)
              .filter(text -> text != null)
              .findFirst()
              .orElseThrow();
      if (SHELL.contains(word)) {
        break;
      }
      words.add(word);
    }
    return words;
  }
}
