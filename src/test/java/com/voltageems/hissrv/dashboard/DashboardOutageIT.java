package com.voltageems.hissrv.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.LocalInflux;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.RedisClient;

/**
 * The dashboard of a service that has nothing yet, and whose InfluxDB, Redis or self goes away
 * while somebody looks.
 */
@TestInstance(Lifecycle.PER_CLASS)
class DashboardOutageIT {
  private static final double PATIENCE_MILLIS = 60_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PRICE = "trends?range=1h&point=tariff,site=roof/price";

  private Chromium chromium;
  private LocalInflux influx;
  private PrivateRedis redis;
  private RedisClient neighbour;
  private RunningService service;
  private BrowserContext visitor;
  private Page page;

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    chromium = new Chromium();
    influx = LocalInflux.start(folder, "");
    redis = PrivateRedis.start(folder);
    neighbour = RedisClient.create(redis.url());
  }

  @AfterAll
  void end() {
    neighbour.close();
    redis.close();
    influx.close();
    chromium.close();
  }

  @BeforeEach
  void visit(@TempDir Path data) throws IOException {
    String _ = neighbour.flushAll();
    service =
        RunningService.start(
            data,
            redis.url(),
            "",
            "influxdb: {url: \"%s\", database: \"%s\"}".formatted(influx.url(), influx.database()));
    visitor = chromium.visitor(1400, 1000);
    page = visitor.newPage();
  }

  @AfterEach
  void leave() {
    visitor.close();
    service.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "now | No live values | check-config --live",
        "trends | There is no history yet | Choose a point",
        "energy | No energy to add up | Give a field a counter",
        "completeness | Nothing was expected | No source is known",
        "pipeline | Nothing is set aside | See alerts: in the configuration",
        "configuration | As it is now | Nothing changes before you apply it"
      })
  void aServiceThatHasNothingYetSaysSoAndWhatIsNext(String view, String what, String next) {
    look(view);

    assertThat(page.locator("main")).containsText(what);
    assertThat(page.locator("main")).containsText(next);
    assertThat(page.locator("main")).not().containsText("Loading");
  }

  @Test
  void aStoreThatStopsIsSaidToBeDownAndWhatWaitsArrivesWhenItIsBack() throws IOException {
    push(0.25);
    Await.until("it is stored", PATIENCE, () -> stored() == 1);
    look(PRICE);
    page.locator(".u-over").waitFor();

    influx.close();
    button("6h").click();
    assertThat(page.locator(".chart")).containsText("Try again", patiently());
    assertThat(page.locator(".chart")).containsText("store", patiently());
    push(0.5);
    look("pipeline");
    Locator store = page.locator("[data-stage=store]");
    assertThat(store).containsText("down", patiently());
    assertThat(page.locator("[data-stage=outbox] .figure")).hasText("1");
    look("now");
    assertThat(page.locator("#live")).isAttached();

    influx.startAgain();
    look("pipeline");
    assertThat(store).containsText("up", patiently());
    assertThat(page.locator("[data-stage=outbox] .figure")).hasText("0", textPatiently());
    look(PRICE);
    page.locator(".u-over").waitFor();
    assertThat(page.locator("details.card tr[data-time]")).hasCount(2);
  }

  @Test
  void tryAgainDrawsWhatTheStoreHasWhenItIsBack() throws IOException {
    push(0.25);
    Await.until("it is stored", PATIENCE, () -> stored() == 1);
    influx.close();
    look(PRICE);
    Locator again = button("Try again").last();
    again.waitFor();

    influx.startAgain();
    again.click();
    page.locator(".u-over").waitFor();
    assertThat(page.locator(".chart")).not().containsText("Try again");
  }

  @Test
  void aServiceThatStopsIsSaidNotToAnswerAndTheViewGoesOnByItself() {
    look("pipeline");
    page.locator("[data-stage=store]").waitFor();

    service.stop();
    assertThat(page.locator("main")).containsText("HisSrv does not answer", patiently());
    service.startAgain();
    assertThat(page.locator("main")).not().containsText("HisSrv does not answer", patiently());
    assertThat(page.locator("[data-stage=store]")).containsText("up", patiently());
  }

  @Test
  void valuesThatAreOldLookOldAndAServiceThatStopsMakesAllOfThemOld() {
    // Who looks for live hashes looks at the start, and then not for a while.
    service.stop();
    long now = Instant.now().toEpochMilli();
    neighbour.hset("comsrv:1001:m", Map.of("1", "399.5", "2", "12.25"));
    neighbour.hset(
        "comsrv:1001:m:ts",
        Map.of("1", Long.toString(now + 3_600_000), "2", Long.toString(now - 3_600_000)));
    service.startAgain();
    look("now");

    Locator voltage = page.locator("#live tr", hasText("voltage"));
    Locator power = page.locator("#live tr", hasText("power"));
    assertThat(voltage).containsText("399.5", patiently());
    assertThat(voltage).containsText("V");
    assertThat(voltage).not().hasClass("stale");
    assertThat(power).hasClass("stale");
    assertThat(power).containsText("old");

    service.stop();
    assertThat(page.locator("main")).containsText("HisSrv does not answer", patiently());
    assertThat(page.locator("#live section")).hasClass("card stale");
    service.startAgain();
    assertThat(page.locator("#live section"))
        .hasClass("card", new LocatorAssertions.HasClassOptions().setTimeout(PATIENCE_MILLIS));
  }

  @Test
  void whatIsSetAsideIsMendedAndReplayedOrThrownAway() {
    String bad =
        "{\"timestamp\":\"yesterday\",\"measurement\":\"tariff\",\"fields\":{\"price\":%s}}";
    neighbour.lpush("archive:pending", bad.formatted("0.75"));
    Await.until("it is set aside", PATIENCE, () -> waiting() == 1);
    look("pipeline");
    Locator items = page.locator("[data-item]");
    assertThat(items).hasCount(1);
    assertThat(items.first()).containsText("unreadable timestamp 'yesterday'");
    page.getByText("1 counters tell of trouble").click();
    for (int beats = 0; beats < 2; beats++) {
      page.waitForResponse(answer -> answer.url().endsWith("/status"), () -> {});
    }
    assertThat(page.getByText("entries_quarantined")).isVisible();

    button("Look at number 1").click();
    Locator text = page.locator("#mend");
    text.fill(text.inputValue().replace("\"yesterday\"", Long.toString(now())));
    button("Mend and replay").click();
    assertThat(page.locator("#quarantine")).containsText("Nothing is set aside.", patiently());
    Await.until("it is stored", PATIENCE, () -> stored() == 1);

    neighbour.lpush("archive:pending", bad.formatted("0.5"));
    Await.until("it is set aside", PATIENCE, () -> waiting() == 1);
    page.reload();
    button("Look at number 2").click();
    page.onDialog(Dialog::accept);
    button("Discard").click();
    assertThat(page.locator("#quarantine"))
        .containsText("0 waiting, 1 replayed, 1 discarded", patiently());
  }

  private int waiting() {
    return service.api().get("/quarantine").map(answer -> answer.path("waiting").asInt()).orElse(0);
  }

  private int stored() {
    return service.api().get("/status").map(status -> status.path("processed").asInt()).orElse(0);
  }

  private void push(double price) {
    neighbour.lpush(
        "archive:pending",
        "{\"timestamp\":%d,\"measurement\":\"tariff\",\"tags\":{\"site\":\"roof\"},\"fields\":{\"price\":%s}}"
            .formatted(now(), price));
  }

  private static long now() {
    return Instant.now().toEpochMilli();
  }

  private Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Page.LocatorOptions hasText(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  private static LocatorAssertions.ContainsTextOptions patiently() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MILLIS);
  }

  private static LocatorAssertions.HasTextOptions textPatiently() {
    return new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE_MILLIS);
  }

  private void look(String view) {
    page.navigate("about:blank");
    page.navigate(service.url() + "#/" + view);
    page.locator("h1").waitFor();
  }
}
