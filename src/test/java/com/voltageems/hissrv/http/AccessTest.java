package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.config.ApiAccess;
import com.voltageems.hissrv.config.ApiConfig;
import com.voltageems.hissrv.config.ApiToken;
import com.voltageems.hissrv.config.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private static final String READER = ApiToken.random();
  private static final String OPERATOR = ApiToken.random();
  private static final String ADMIN = ApiToken.random();
  private static final List<ApiToken> TOKENS =
      List.of(
          ApiToken.of("grafana", Role.READ, READER),
          ApiToken.of("shift", Role.OPERATE, OPERATOR),
          ApiToken.of("chief", Role.ADMIN, ADMIN));

  @TempDir Path folder;
  private ApiFixture api;

  @BeforeEach
  void open() {
    api = new ApiFixture(folder, with(new ApiAccess(TOKENS, false, List.of(), List.of())));
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static ApiConfig with(ApiAccess access) {
    return new ApiConfig("127.0.0.1", 0, Optional.empty(), access);
  }

  private static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  /** Of every route there is: so that a new one can't be forgotten. */
  @Test
  void everyRouteAsksForItsRole() {
    var wrong = new ArrayList<String>();
    for (JsonNode route : api.get("/").json().path("routes")) {
      String method = route.path("method").asText();
      String path = route.path("path").asText().replaceAll("\\{[a-z]+}", "999");
      Role needed = Role.valueOf(route.path("role").asText().toUpperCase(java.util.Locale.ROOT));
      expect(wrong, method, path, needed == Role.ANYONE ? 0 : 401);
      for (ApiToken token : TOKENS) {
        String text =
            switch (token.role()) {
              case READ -> READER;
              case OPERATE -> OPERATOR;
              default -> ADMIN;
            };
        expect(wrong, method, path, token.role().includes(needed) ? 0 : 403, bearer(text));
      }
    }
    assertThat(wrong).isEmpty();
  }

  private void expect(
      List<String> wrong, String method, String path, int refusal, String... headers) {
    // Live values have no end unless they are asked for once.
    String address = path.equals("/live") ? path + "?once=true" : path;
    int status = api.send(method, address, headers).status();
    boolean isRefused = status == 401 || status == 403;
    if (refusal == 0 ? isRefused : status != refusal) {
      wrong.add("%s %s with %s: %d".formatted(method, path, List.of(headers), status));
    }
  }

  @Test
  void whoHasNoTokenIsToldHowToBringOne() {
    var answer = api.get("/status");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.problem()).isEqualTo("token-needed");
    assertThat(answer.header("www-authenticate")).isEqualTo("Bearer realm=\"hissrv\"");
    assertThat(answer.json().path("role").asText()).isEqualTo("read");
  }

  @Test
  void aRoleThatIsNotEnoughIsNamedWithTheOneThatIs() {
    var answer = api.send("POST", "/sync", bearer(READER));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.problem()).isEqualTo("role-needed");
    assertThat(answer.json().path("detail").asText())
        .isEqualTo("This needs the role operate; the token 'grafana' has the role read.");
  }

  @Test
  void aTokenIsTakenFromElsewhereToo() {
    var answer =
        api.raw(
            "POST /sync HTTP/1.1",
            "Host: history.example",
            "X-Forwarded-For: 10.0.0.7",
            "Origin: https://dashboard.example",
            "authorization: bearer " + OPERATOR,
            "Connection: close",
            "",
            "");

    assertThat(answer.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer", "Bearer ", "Bearer x", "Basic YTpi", "", "Bearer \u0000"})
  void anythingElseIsNoToken(String header) {
    int status =
        api.raw(
                "GET /status HTTP/1.1",
                "Host: localhost",
                "Authorization: " + header,
                "Connection: close",
                "",
                "")
            .status();

    assertThat(status).isIn(400, 401);
  }

  @Test
  void aTokenInTheAddressIsNone() {
    assertThat(api.get("/status?token=" + READER).status()).isEqualTo(401);
    assertThat(api.get("/status?access_token=" + READER).status()).isEqualTo(401);
  }

  @Test
  void twoTokensAreNone() {
    var answer =
        api.raw(
            "GET /status HTTP/1.1",
            "Host: localhost",
            "Authorization: Bearer " + READER,
            "Authorization: Bearer wrong",
            "Connection: close",
            "",
            "");

    assertThat(answer.status()).isIn(400, 401);
  }

  @Test
  void guessingIsSlowedDownAndLocksNobodyOut() {
    for (int i = 0; i < 10; i++) {
      assertThat(api.send("GET", "/status", bearer("guess" + i)).status()).isEqualTo(401);
    }
    var eleventh = api.send("GET", "/status", bearer("guess"));

    assertThat(eleventh.status()).isEqualTo(429);
    assertThat(eleventh.header("retry-after")).isEqualTo("60");
    assertThat(api.send("GET", "/status", bearer(READER)).status()).isEqualTo(200);
  }

  @Test
  void readingMayStayOpenBesideTokens() {
    api.server.reconfigure(with(new ApiAccess(TOKENS, true, List.of(), List.of())));

    assertThat(api.get("/status").status()).isEqualTo(200);
    assertThat(api.send("POST", "/sync").status()).isEqualTo(401);
    assertThat(api.send("GET", "/status", bearer("wrong")).status()).isEqualTo(401);
  }

  @Test
  void tokensChangeWhileTheServiceRuns() {
    api.server.reconfigure(with(new ApiAccess(TOKENS.subList(1, 3), false, List.of(), List.of())));
    assertThat(api.send("GET", "/status", bearer(READER)).status()).isEqualTo(401);

    api.server.reconfigure(with(ApiAccess.defaults()));
    assertThat(api.get("/status").status()).isEqualTo(200);
    assertThat(api.send("POST", "/sync").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"GET,/status", "POST,/sync", "GET,/config", "GET,/query?measurement=x"})
  void noAnswerShowsAToken(String method, String path) {
    for (String token : List.of(READER, OPERATOR, ADMIN, "hissrv_mistyped")) {
      assertThat(api.send(method, path, bearer(token)).body()).doesNotContain(token);
    }
  }
}
