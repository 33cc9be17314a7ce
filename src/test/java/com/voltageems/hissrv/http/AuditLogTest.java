package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.config.ApiAccess;
import com.voltageems.hissrv.config.ApiConfig;
import com.voltageems.hissrv.config.ApiToken;
import com.voltageems.hissrv.config.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Of every route there is, so that a new one can't be forgotten. */
class AuditLogTest {
  private static final String ADMIN = "hissrv_" + "b".repeat(43);
  private static final Logger AUDIT =
      (Logger) LoggerFactory.getLogger("com.voltageems.hissrv.audit");

  @TempDir Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private ApiFixture api;

  @BeforeEach
  void open() {
    var access =
        new ApiAccess(
            List.of(ApiToken.of("chief", Role.ADMIN, ADMIN)), false, List.of(), List.of());
    api = new ApiFixture(folder, new ApiConfig("127.0.0.1", 0, Optional.empty(), access));
    AUDIT.setLevel(Level.INFO);
    log.start();
    AUDIT.addAppender(log);
  }

  @AfterEach
  void close() {
    AUDIT.detachAppender(log);
    api.close();
  }

  @Test
  void everyRouteThatChangesStateLeavesOneLineOfWhoFromWhereWhatAndHowItEnded() {
    var changing = new ArrayList<JsonNode>();
    api.send("GET", "/")
        .json()
        .path("routes")
        .forEach(route -> {
          if (!List.of("anyone", "read").contains(route.path("role").asText())) {
            changing.add(route);
          }
        });
    assertThat(changing).hasSizeGreaterThan(15);
    for (JsonNode route : changing) {
      String method = route.path("method").asText();
      String path = route.path("path").asText().replaceAll("\\{[a-z]+}", "999");
      String role = route.path("role").asText();

      assertLine(
          "chief from 127.0.0.1: %s %s?x=a%%0Ab&token=hissrv_… (%s) ".formatted(method, path, role),
          api.send(method, path + "?x=a%0Ab&token=" + ADMIN, "Authorization", "Bearer " + ADMIN)
              .status());
      assertLine(
          "nobody known from 127.0.0.1: %s %s (%s) ".formatted(method, path, role),
          api.send(method, path).status());
    }
  }

  @Test
  void whatOnlyReadsLeavesNone() {
    api.send("GET", "/status", "Authorization", "Bearer " + ADMIN);
    api.send("GET", "/status");
    api.send("GET", "/health");

    assertThat(lines()).isEmpty();
  }

  @Test
  void changedValuesAreToldAsTheyWereAndAsTheyAre() {
    api.store("telemetry", Map.of("channel", "1001"), 2, 1.5);
    String order =
        "{\"measurement\":\"telemetry\",\"tags\":{\"channel\":\"1001\"},\"reason\":\"bench\",";
    String rows = "\"rows\":[{\"time\":\"2026-01-29T10:28:00Z\",\"fields\":{\"voltage_avg\":2}}]}";

    api.sendBody("POST", "/corrections", order + "\"dry_run\":true," + rows, bearer());
    assertThat(lines()).containsExactly("chief from 127.0.0.1: POST /corrections (admin) 200");
    log.list.clear();
    api.sendBody("POST", "/corrections", order + rows, bearer());
    api.sendBody(
        "POST",
        "/deletions",
        order + "\"start\":\"2026-01-29T10:00:00Z\",\"stop\":\"2026-01-29T10:30:00Z\"}",
        bearer());

    assertThat(lines())
        .containsExactly(
            "chief from 127.0.0.1: corrected 1 values of telemetry {channel=1001}: bench",
            "chief from 127.0.0.1: 2026-01-29T10:28:00Z voltage_avg: 1.5 -> 2.0",
            "chief from 127.0.0.1: POST /corrections (admin) 200",
            "chief from 127.0.0.1: deleted 1 rows of telemetry {channel=1001} from"
                + " 2026-01-29T10:00:00Z to 2026-01-29T10:30:00Z, and 1 that waited: bench",
            "chief from 127.0.0.1: POST /deletions (admin) 200");
  }

  private static String[] bearer() {
    return new String[] {"Authorization", "Bearer " + ADMIN};
  }

  private void assertLine(String begins, int status) {
    assertThat(lines()).containsExactly(begins + status);
    assertThat(lines().toString()).doesNotContain(ADMIN).doesNotContain("\n");
    log.list.clear();
  }

  private List<String> lines() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
