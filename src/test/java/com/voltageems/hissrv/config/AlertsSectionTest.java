package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.AlertConfig.Severity;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertsSectionTest {
  @TempDir Path folder;
  private ConfigFixture config;

  @BeforeEach
  void open() {
    config = new ConfigFixture(folder);
  }

  @Test
  void theProductPagesRuleHasTheUsualRest() {
    AlertConfig rule =
        config
            .load(
                """
                alerts:
                  - name: sync_failure
                    condition: "failed_count > 100"
                    action: webhook
                    url: "http://alert-service/webhook"
                """)
            .alerts()
            .getFirst();

    assertThat(rule.name()).isEqualTo("sync_failure");
    assertThat(rule.condition().variables()).containsExactly(AlertVariable.FAILED_COUNT);
    assertThat(rule.window()).isEqualTo(Duration.ofMinutes(5));
    assertThat(rule.holds()).isEqualTo(Duration.ZERO);
    assertThat(rule.severity()).isEqualTo(Severity.WARNING);
    AlertConfig.Webhook webhook = Objects.requireNonNull(rule.webhook());
    assertThat(webhook.url()).isEqualTo(URI.create("http://alert-service/webhook"));
    assertThat(webhook.timeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "failed_count > 100 && (queue_size > 1e3 || lag_seconds / 60 >= 5)",
        "!(redis_up == 1) or store_up != 1",
        "failed_rate * 60 - 2 > -1",
        "((((((((((queue_size))))))))) > 1)"
      })
  void numbersComparedAndCombinedAreConditions(String condition) {
    assertThat(problems(condition)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''.class.forName(''java.lang.Runtime'') != null",
        "new(''java.io.File'', ''x'') != null",
        "new java.io.File > 1",
        "while(true) { }",
        "while(true) 1",
        "for (var i : 1) 1",
        "queue_size = 3",
        "queue_size += 3",
        "queue_size++ > 1",
        "var x = 1",
        "queue_size.class == 1",
        "size(queue_size) > 1",
        "empty(queue_size)",
        "return true",
        "queue_size > 1; true",
        "queue_size =~ 3",
        "queue_size > null",
        "1 .. 3",
        "queue_size & 1",
        "queue_size >",
        "(queue_size > 1",
        "queue_size + 1",
        "queue_size",
        "queue_size && true",
        "(queue_size > 1) > 1",
        "#pragma x 1",
        "@silent true"
      })
  void whatIsNotThatIsRefusedInItsLine(String condition) {
    assertThat(problems(condition))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("3:16 alerts[0].condition: ");
  }

  @Test
  void anUnknownVariableIsNamedWithThePlaceAndTheNearest() {
    assertThat(problems("true && faild_count > 100"))
        .singleElement()
        .asString()
        .startsWith(
            "3:16 alerts[0].condition: line 1, column 9 of the condition: unknown variable"
                + " \"faild_count\"; did you mean \"failed_count\"? There are: processed_count,");
  }

  @Test
  void whatIsHugeIsRefusedQuickly() {
    assertThat(problems("1 > 0" + " && 1 > 0".repeat(10_000)))
        .containsExactly(
            "3:16 alerts[0].condition: has 90005 characters, at most 1000 are allowed");
    assertThat(problems("(".repeat(400) + "true" + ")".repeat(400)))
        .containsExactly(
            "3:16 alerts[0].condition: character 11 of the condition: more than 10 open"
                + " parentheses");
    assertThat(problems("!".repeat(990) + "true")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "jar:file:/x.jar!/y",
        "gopher://host/x",
        "http:///nohost",
        "http://me:canary@host/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/x",
        "https://METADATA.google.internal/computeMetadata/v1/",
      })
  void aWebhookPointsToNoFileNorToWhatGivesMachinesTheirSecrets(String url) {
    List<String> problems =
        config.problems(
            """
            alerts:
              - {name: a, condition: "true", action: webhook, url: "%s"}
            """
                .formatted(url));

    assertThat(problems).singleElement().asString().contains("alerts[0].url");
    assertThat(problems.toString()).doesNotContain("canary").doesNotContain(url);
  }

  @Test
  void allThatIsWrongIsSaidAtOnceAndNoSecretIsShown() {
    List<String> problems =
        config.problems(
            """
            alerts:
              - name: a
                condition: "true"
                action: webhook
                url: "ftp://me:canary@host/canary"
                secret: [canary]
                template: "{{nam}}"
                severity: bad
              - name: a
                condition: "true"
                action: log
                url: http://x/
                four: 5m
            """);

    assertThat(problems)
        .containsExactly(
            "5:10 alerts[0].url: allowed is an http or https URL without user and password",
            "6:13 alerts[0].secret: allowed is a text",
            "7:15 alerts[0].template: unknown {{nam}}, allowed are name, status, severity,"
                + " condition, since, time",
            "8:15 alerts[0].severity: found \"bad\", allowed is one of info, warning, critical",
            "9:5 alerts[1]: alert \"a\" is given twice",
            "12:10 alerts[1].url: is of action webhook, not of log",
            "13:5 alerts[1].four: unknown key \"four\"; did you mean \"for\"? Allowed here: name,"
                + " condition, window, for, severity, action, url, template, secret, timeout");
  }

  private List<String> problems(String condition) {
    return config.problems(
        "alerts:\n  - name: a\n    condition: '" + condition + "'\n    action: log\n");
  }
}
