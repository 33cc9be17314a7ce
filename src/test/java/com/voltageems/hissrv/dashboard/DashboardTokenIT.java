package com.voltageems.hissrv.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.voltageems.hissrv.cli.Main;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The dashboard of a service that wants tokens, with tokens that the command line made. */
@TestInstance(Lifecycle.PER_CLASS)
class DashboardTokenIT {
  private static final String WRONG = "not-a-token-of-this-service";

  private Chromium chromium;
  private PrivateRedis redis;
  private RunningService service;
  private String reader;
  private String admin;
  private BrowserContext visitor;
  private Page page;
  private final List<String> addresses = new ArrayList<>();

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    chromium = new Chromium();
    redis = PrivateRedis.start(folder);
    JsonNode forReader = created("read", "wall");
    JsonNode forAdmin = created("admin", "wang");
    reader = forReader.path("token").asText();
    admin = forAdmin.path("token").asText();
    String tokens = ", tokens: [%s, %s]".formatted(line(forReader), line(forAdmin));
    service = RunningService.start(folder, redis.url(), tokens, "");
    try (var neighbour = RedisClient.create(redis.url())) {
      neighbour.lpush(
          "archive:pending",
          "{\"timestamp\":%d,\"measurement\":\"tariff\",\"tags\":{\"site\":\"roof\"},\"fields\":{\"price\":0.31}}"
              .formatted(Instant.now().getEpochSecond()));
    }
  }

  @AfterAll
  void end() {
    service.close();
    redis.close();
    chromium.close();
  }

  @BeforeEach
  void visit() {
    visitor = chromium.visitor(1400, 1000);
    page = visitor.newPage();
    addresses.clear();
    page.onRequest(request -> addresses.add(request.url()));
  }

  @AfterEach
  void leave() {
    visitor.close();
    assertThat(addresses).noneMatch(url -> url.contains(reader) || url.contains(admin));
  }

  @Test
  void withoutATokenItAsksOnceAndWhoSaysNoIsNotAskedAgain() {
    look("pipeline");

    assertThat(dialog()).hasCount(1);
    assertThat(dialog()).containsText("This needs a token with the role read.");
    page.keyboard().press("Escape");
    // The view asks anew by itself: that must not open a dialog.
    for (int beats = 0; beats < 2; beats++) {
      page.waitForResponse(answer -> answer.url().endsWith("/health"), () -> {});
    }
    assertThat(dialog()).hasCount(0);
    assertThat(page.locator("main")).containsText("This needs a token with the role read.");

    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Try again"))
        .first()
        .click();
    assertThat(dialog()).hasCount(1);
  }

  @Test
  void aWrongTokenIsSaidToBeWrongAndTheRightOneLetsInThisTabOnly() {
    look("pipeline");
    give(WRONG);
    assertThat(dialog()).containsText("HisSrv does not know this token.");
    assertThat(page.locator("[data-stage=store]")).hasCount(0);

    give(reader);
    assertThat(page.locator("[data-stage=store]")).isVisible();
    assertThat(dialog()).hasCount(0);
    assertThat(tokenButton()).hasAttribute("aria-pressed", "true");
    page.reload();
    assertThat(page.locator("[data-stage=store]")).isVisible();

    Page other = visitor.newPage();
    other.navigate(service.url() + "#/pipeline");
    assertThat(other.locator("dialog")).hasCount(1);
  }

  @Test
  void aForgottenTokenIsGoneAndWhatItShowedIsGoneToo() {
    look("pipeline");
    give(reader);
    page.locator("[data-stage=store]").waitFor();

    tokenButton().click();
    button("Forget it").click();
    assertThat(page.locator("main")).containsText("This needs a token with the role read.");
    assertThat(page.locator("[data-stage=store]")).hasCount(0);
    assertThat(tokenButton()).hasAttribute("aria-pressed", "false");
    assertThat(page.evaluate("sessionStorage.length + Object.keys(localStorage).join()"))
        .asString()
        .doesNotContain("token");

    tokenButton().click();
    give(reader);
    assertThat(page.locator("[data-stage=store]")).isVisible();
  }

  @Test
  void whoMayOnlyReadIsToldSoAndAppliesNothing() {
    look("configuration");
    give(reader);
    Locator text = page.locator("#config-text");
    text.waitFor();
    text.fill(text.inputValue().replace("\"200ms\"", "\"300ms\""));

    assertThat(page.locator("#config-state"))
        .containsText("This needs a token with the role admin; the one in use has less.");
    assertThat(button("Apply")).isDisabled();
    assertThat(dialog()).hasCount(0);
    assertThat(text).isFocused();
    button("Read the file again").click();
    assertThat(dialog()).containsText("This needs a token with the role operate");
    page.keyboard().press("Escape");
    assertThat(page.locator("#notices")).containsText("role operate");
    assertThat(page.locator("[data-path='service.polling_interval']")).containsText("200ms");

    page.locator("#config-state")
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Token"))
        .click();
    give(admin);
    assertThat(page.locator("#config-state")).containsText("It would change");
    assertThat(page.locator("#config-state del")).hasText("200ms");
    assertThat(page.locator("#config-state ins")).hasText("300ms");
    button("Apply").click();
    assertThat(page.locator("[data-path='service.polling_interval']")).containsText("300ms");
  }

  @Test
  void whatIsDownloadedIsAskedForWithTheToken() throws IOException {
    look("trends?range=1h&point=tariff,site=roof/price");
    give(reader);
    page.locator(".u-over").waitFor();

    Download file = page.waitForDownload(() -> button("CSV").click());
    assertThat(Files.readString(file.path())).contains("price", ",0.31");
  }

  private Locator dialog() {
    return page.locator("dialog");
  }

  private Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private Locator tokenButton() {
    return page.locator("#tools button").first();
  }

  private void look(String view) {
    page.navigate(service.url() + "#/" + view);
  }

  private void give(String token) {
    page.locator("dialog #token").fill(token);
    page.locator("dialog button.main").click();
  }

  /** {@code ./hissrv token create}, as its own process. */
  private static JsonNode created(String role, String name) throws IOException {
    List<String> command = ChildJvm.command(Main.class);
    command.addAll(List.of("token", "create", "--role", role, "--name", name, "--json"));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return new JsonMapper()
        .readTree(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static String line(JsonNode token) {
    return "{name: \"%s\", role: %s, hash: \"%s\"}"
        .formatted(
            token.path("name").asText(), token.path("role").asText(), token.path("hash").asText());
  }
}
