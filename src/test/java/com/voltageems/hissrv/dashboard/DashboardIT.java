package com.voltageems.hissrv.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import com.voltageems.hissrv.testkit.Await;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Walks through every view as people do, on one running demo with a day and more of history. */
@TestInstance(Lifecycle.PER_CLASS)
class DashboardIT {
  private static final int WIDE = 1400;
  private static final int HIGH = 1000;
  private static final int MOST_KILOBYTES = 300;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path PICTURES = Path.of("target/screenshots");
  private static final String VOLTAGE = "telemetry,channel=1001/voltage";

  private Chromium chromium;
  private RunningDemo demo;
  private BrowserContext visitor;
  private Page page;
  private final List<String> complaints = new ArrayList<>();

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    chromium = new Chromium();
    demo = RunningDemo.start(folder, "--backfill", "26h");
  }

  @AfterAll
  void end() {
    demo.close();
    chromium.close();
  }

  @BeforeEach
  void visit() {
    visitor = chromium.visitor(WIDE, HIGH);
    page = visitor.newPage();
    complaints.clear();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        complaints.add(message.text());
      }
    });
    page.onPageError(complaints::add);
  }

  @AfterEach
  void leave() {
    visitor.close();
  }

  /** They are copied by hand, from target/screenshots, when what they show has changed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "now",
        "trends",
        "trends-dark",
        "trends-zh",
        "energy",
        "completeness",
        "pipeline",
        "configuration",
        "phone"
      })
  void thePicturesOfTheReadmeAreThoseTakenHere(String name) throws IOException {
    BufferedImage shown = ImageIO.read(Path.of("docs/images", name + ".png").toFile());
    boolean isPhone = name.equals("phone");

    assertThat(shown.getWidth()).isEqualTo(isPhone ? 390 : WIDE);
    assertThat(shown.getHeight()).isEqualTo(isPhone ? 844 : HIGH);
    assertThat(Files.readString(Path.of("README.md"))).contains("docs/images/" + name + ".png");
  }

  @Test
  void liveValuesAreThoseOfTheService() {
    look("now");
    Locator shown = page.locator("#live section", new Page.LocatorOptions().setHasText("1001"));

    Await.until(
        "a second in which screen and service say the same",
        PATIENCE,
        () -> {
          Map<String, Double> live = live("comsrv:1001:m");
          return live.size() == 3
              && live.entrySet().stream()
                  .allMatch(value ->
                      number(shown.locator("[data-field=" + value.getKey() + "]").textContent())
                          .equals(rounded(value.getValue())));
        });
    picture("now");
    assertThat(complaints).isEmpty();
  }

  @Test
  void everySourceHasItsCardAndWhatIsThereIsNotSaidToBeGone() {
    look("now");

    // The station is lost for some minutes of each hour.
    Await.until(
        "a card for each source",
        PATIENCE,
        () -> page.locator("#live section").count() >= sources());
    assertThat(page.locator("#live section", new Page.LocatorOptions().setHasText("comsrv:1001:m")))
        .not()
        .containsText("gone", new LocatorAssertions.ContainsTextOptions().setUseInnerText(true));
  }

  @Test
  void trendsShowWhatQueryAnswers() {
    look("trends?range=1h&point=" + VOLTAGE);
    Locator table = page.locator("details.card table");
    table.waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));

    JsonNode stored =
        demo.api()
            .get(
                "/query?measurement=telemetry&channel=1001&fields=voltage_avg&interval=1m&range=30m")
            .orElseThrow();
    assertThat(stored.path("rows")).hasSizeGreaterThan(20);
    stored
        .path("rows")
        .forEach(row -> {
          String time = Instant.parse(row.get(0).asText()).toString().replace("Z", ".000Z");
          Locator cell = page.locator("tr[data-time='" + time + "'] td").first();
          assertThat(cell).hasAttribute("data-value", shortest(row.get(1).asDouble()));
        });
    assertThat(complaints).isEmpty();
  }

  @Test
  void markingAStretchZoomsInAndTheLinkBringsItBack() {
    look(
        "trends?range=24h&point="
            + VOLTAGE
            + "&point=telemetry,channel=1003/state_of_charge&point=telemetry,channel=1006/irradiance");
    Locator over = page.locator(".u-over");
    over.waitFor();
    picture("trends");
    page.getByText("Dark").click();
    over.waitFor();
    picture("trends-dark");
    var box = over.boundingBox();

    page.mouse().move(box.x + box.width * 0.25, box.y + box.height / 2);
    page.mouse().down();
    page.mouse()
        .move(box.x + box.width * 0.5, box.y + box.height / 2, new Mouse.MoveOptions().setSteps(5));
    page.mouse().up();

    page.waitForURL(url -> url.contains("start="));
    long start = parameter("start");
    long stop = parameter("stop");
    assertThat(Duration.ofMillis(stop - start)).isBetween(Duration.ofHours(5), Duration.ofHours(7));
    String link = page.url();
    look("now");
    page.navigate(link);
    page.locator(".u-over").waitFor();
    assertThat(parameter("start")).isEqualTo(start);
  }

  @Test
  void tenPointsAndTheDayBeforeAreDrawn() {
    look("trends?range=6h");
    Locator boxes = page.locator(".picker input[type=checkbox]");
    boxes.first().waitFor();
    for (int n = 0; n < 10; n++) {
      boxes.nth(n).check();
    }
    page.getByText("Compare with the day before").click();

    assertThat(page.locator(".chips li")).hasCount(10);
    page.locator(".u-over").waitFor();
    assertThat(page.locator(".u-legend")).containsText("the day before");
    boxes.nth(10).click();
    assertThat(page.locator("#notices")).containsText("No more than 10");
    assertThat(complaints).isEmpty();
  }

  @Test
  void everyUnitHasItsAxisAndGapsHaveTheirCause() {
    look(
        "trends?range=24h&point="
            + VOLTAGE
            + "&point=telemetry,channel=1003/state_of_charge&point=telemetry,channel=1006/irradiance");
    page.locator(".u-over").waitFor();

    assertThat(page.locator(".u-axis")).hasCount(4);
    page.getByText("gaps in this range").click();
    Locator gaps =
        page.locator("main details", new Page.LocatorOptions().setHasText("gaps in this range"));
    assertThat(gaps).containsText("comsrv:1006:m");
    assertThat(gaps).containsText("no such live hash");
    assertThat(complaints).isEmpty();
  }

  @Test
  void pointsAreFoundByWords() {
    look("trends");
    page.locator(".picker input").first().waitFor();
    page.getByLabel("Search points").fill("1003 charge");

    assertThat(page.locator(".picker input")).hasCount(1);
    assertThat(page.locator(".picker")).containsText("state_of_charge (%)");
    page.getByLabel("Search points").fill("nothing of the kind");
    assertThat(page.locator(".picker")).containsText("Try other words");
  }

  @Test
  void aPictureAndALinkCanBeTakenAway() throws IOException {
    visitor.grantPermissions(List.of("clipboard-read", "clipboard-write"));
    look("trends?range=6h&point=" + VOLTAGE);
    page.locator(".u-over").waitFor();

    Download picture = page.waitForDownload(() -> page.getByText("PNG").click());
    assertThat(Files.readAllBytes(picture.path()))
        .startsWith(0x89, 'P', 'N', 'G')
        .hasSizeGreaterThan(5_000);
    page.getByText("Share").click();
    assertThat(page.locator("#notices")).containsText("The link is in the clipboard");
    String link = String.valueOf(page.evaluate("navigator.clipboard.readText()"));
    assertThat(link).contains("start=", "stop=", "point=").doesNotContain("range=");
  }

  @Test
  void twoFingersZoomIn() {
    visitor.close();
    visitor = chromium.phone();
    page = visitor.newPage();
    look("trends?range=24h&point=" + VOLTAGE);
    Locator over = page.locator(".u-over");
    over.waitFor();
    over.scrollIntoViewIfNeeded();
    var box = over.boundingBox();
    double middle = box.x + box.width / 2;
    double y = box.y + box.height / 2;

    CDPSession touch = visitor.newCDPSession(page);
    fingers(touch, "touchStart", middle - 20, middle + 20, y);
    for (int apart = 30; apart <= 80; apart += 10) {
      fingers(touch, "touchMove", middle - apart, middle + apart, y);
    }
    touch.send("Input.dispatchTouchEvent", touch("touchEnd", new JsonArray()));

    page.waitForURL(url -> url.contains("start="));
    assertThat(Duration.ofMillis(parameter("stop") - parameter("start")))
        .isBetween(Duration.ofHours(5), Duration.ofHours(7));
  }

  private static void fingers(CDPSession touch, String type, double left, double right, double y) {
    var points = new JsonArray();
    for (double x : new double[] {left, right}) {
      var point = new JsonObject();
      point.addProperty("x", x);
      point.addProperty("y", y);
      point.addProperty("id", points.size());
      points.add(point);
    }
    touch.send("Input.dispatchTouchEvent", touch(type, points));
  }

  private static JsonObject touch(String type, JsonArray points) {
    var event = new JsonObject();
    event.addProperty("type", type);
    event.add("touchPoints", points);
    return event;
  }

  @Test
  void daysBeginAtTheSitesMidnightWhereverSomebodyLooks() {
    Instant noon = Instant.now().minus(Duration.ofHours(12));
    look("energy?step=hour&point=telemetry,channel=1005/energy&at=" + noon.toEpochMilli());
    page.locator("tr[data-time] td").first().waitFor();

    ZoneId site = ZoneId.of(demo.api().get("/status").orElseThrow().path("time_zone").asText());
    Instant midnight = noon.atZone(site).truncatedTo(ChronoUnit.DAYS).toInstant();
    Instant first =
        Instant.parse(
            String.valueOf(page.locator("tr[data-time]").first().getAttribute("data-time")));
    // The demo's history may begin after midnight.
    assertThat(first).isBetween(midnight, midnight.plus(Duration.ofHours(23)));
    assertThat(page.locator("tr[data-time] th").first())
        .containsText(
            DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm", Locale.UK).format(first.atZone(site)));
    assertThat(page.locator("#total"))
        .containsText(
            DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.UK).format(midnight.atZone(site)));
  }

  @Test
  void energyOfADayIsWhatTheMeterCounted() {
    look(
        "energy?step=hour&point=telemetry,channel=1005/energy&at="
            + Instant.now().minus(Duration.ofHours(12)).toEpochMilli());
    Locator cells = page.locator("tr[data-time] td");
    cells.first().waitFor();

    double shown =
        cells.all().stream()
            .map(cell -> String.valueOf(cell.getAttribute("data-value")))
            .filter(text -> !text.isEmpty())
            .mapToDouble(Double::parseDouble)
            .sum();
    String first = String.valueOf(page.locator("tr[data-time]").first().getAttribute("data-time"));
    String last =
        Instant.parse(
                String.valueOf(page.locator("tr[data-time]").last().getAttribute("data-time")))
            .plus(Duration.ofHours(1))
            .toString();
    JsonNode windows =
        demo.api()
            .get(
                "/query?measurement=telemetry&channel=1005&fields=energy_increase&interval=1m&start="
                    + first
                    + "&stop="
                    + last)
            .orElseThrow();
    double counted = 0;
    for (JsonNode row : windows.path("rows")) {
      counted += row.get(1).asDouble();
    }
    // The minute that ends now may be in one of the two only.
    assertThat(shown).isCloseTo(counted, Offset.offset(0.5));
    assertThat(page.getByText("Generated", new Page.GetByTextOptions().setExact(true))).isVisible();
    picture("energy");
    assertThat(complaints).isEmpty();
  }

  @Test
  void completenessNamesTheWeatherStationsGaps() {
    look("completeness");
    page.locator(".calendar button").first().waitFor();

    assertThat(page.locator("#gaps")).containsText("comsrv:1006:m");
    assertThat(page.locator("#gaps")).containsText("no such live hash");
    JsonNode told = demo.api().get("/completeness?range=31d&interval=1m").orElseThrow();
    assertThat(number(page.locator("#complete").textContent().split(" of ", -1)[0]))
        .isCloseTo(told.path("delivered").asDouble(), Offset.offset(20.0));
    page.locator("#repair").click();
    assertThat(page.locator("#notices"))
        .containsText("stored", new LocatorAssertions.ContainsTextOptions().setTimeout(60_000));
    picture("completeness");
    assertThat(complaints).isEmpty();
  }

  @Test
  void thePipelineShowsEachStageAndTheFiguresOfStatus() {
    look("pipeline");
    page.locator("[data-stage=store]").waitFor();

    assertThat(page.locator("[data-stage]"))
        .hasCount(demo.api().get("/health").orElseThrow().path("components").size());
    assertThat(page.locator("[data-figure=sources]")).hasText(Integer.toString(sources()));
    assertThat(page.locator("[data-stage=aggregate] .figure")).containsText("/s");
    picture("pipeline");
    assertThat(complaints).isEmpty();
  }

  @Test
  void aChangeIsTriedAppliedAndTakenBack() {
    look("configuration");
    Locator text = page.locator("#config-text");
    text.waitFor();
    String before = text.inputValue();

    text.fill(before.replace("\"2s\"", "\"2 parsecs\""));
    assertThat(page.locator("#config-state")).containsText("service.polling_interval");
    assertThat(page.getByText("Apply", new Page.GetByTextOptions().setExact(true))).isDisabled();

    text.fill(before.replace("\"2s\"", "\"3s\""));
    assertThat(page.locator("#config-state")).containsText("It would change");
    page.getByText("Apply", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator("[data-path='service.polling_interval']")).containsText("3s");

    page.onDialog(Dialog::accept);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Back to revision 1"))
        .click();
    assertThat(page.locator("[data-path='service.polling_interval']")).containsText("2s");
    picture("configuration");
  }

  @Test
  void itSpeaksChineseAndRemembersIt() {
    look("trends");
    page.getByText("中文").click();

    assertThat(page.locator("h1")).hasText("趋势");
    assertThat(page.locator("html")).hasAttribute("lang", "zh-CN");
    page.reload();
    assertThat(page.locator("h1")).hasText("趋势");
    for (String view :
        List.of("now", "trends", "energy", "completeness", "pipeline", "configuration")) {
      lookUntilThere(view);
      assertThat(page.locator("body").innerText())
          .as(view)
          .doesNotContainPattern(
              "\\b(now|trends|complete|pipe|stage|cause|config|quarantine)\\.[a-z]+[A-Z]?\\b(?!_)");
    }
    look("trends?range=24h&point=" + VOLTAGE + "&point=telemetry,channel=1003/state_of_charge");
    page.locator(".u-over").waitFor();
    picture("trends-zh");
  }

  @Test
  void bothLanguagesSayTheSameThings() {
    look("now");
    Object missing =
        page.evaluate(
            """
            async () => {
              const [en, zh] = await Promise.all(['en', 'zh'].map(async (l) => Object.keys((await import(`./ui/lang/${l}.js`)).default)));
              return [...en.filter((k) => !zh.includes(k)), ...zh.filter((k) => !en.includes(k))];
            }
            """);
    assertThat((List<?>) missing).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "now",
        "trends?range=6h&point=" + VOLTAGE,
        "energy",
        "completeness",
        "pipeline",
        "configuration"
      })
  void everyViewFitsAPhone(String view) {
    // The narrow one is also what is left of 1280 when somebody enlarges to 400 %.
    for (int width : new int[] {320, 390}) {
      page.setViewportSize(width, 844);
      lookUntilThere(view);

      assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
          .as("%s at %d", view, width)
          .isTrue();
    }
    if (view.startsWith("trends")) {
      page.locator(".u-over").waitFor();
      picture("phone");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "now",
        "trends?range=6h&point=" + VOLTAGE,
        "energy",
        "completeness",
        "pipeline",
        "configuration"
      })
  void nothingKeepsPeopleOut(String view) throws IOException {
    for (String theme : List.of("light", "dark")) {
      page.addInitScript("localStorage.setItem('hissrv-theme', '" + theme + "')");
      lookUntilThere(view);
      page.evaluate(Chromium.axe());
      Object found =
          page.evaluate(
              """
              async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}))
                .violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(' | ')}`)
              """);
      assertThat((List<?>) found).as(view + " in " + theme).isEmpty();
    }
  }

  @Test
  void theKeyboardAloneReachesEverything() {
    look("now");
    page.keyboard().press("Tab");
    assertThat(page.locator("#skip")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("#main")).isFocused();

    tabTo(page.locator("nav a").nth(1));
    page.keyboard().press("Enter");
    assertThat(page.locator("h1")).hasText("Trends");
    Locator box = page.locator(".picker input[type=checkbox]").first();
    box.waitFor();
    tabTo(box);
    assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
        .as("where the focus is can be seen")
        .isEqualTo("solid");
    page.keyboard().press("Space");
    page.locator(".u-over").waitFor();
    tabTo(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Zoom in")));
    page.keyboard().press("Enter");
    page.waitForURL(url -> url.contains("start="));
  }

  @ParameterizedTest
  @ValueSource(strings = {"now", "energy", "completeness", "pipeline", "configuration"})
  void everyControlIsReachedByTab(String view) {
    lookUntilThere(view);
    page.evaluate(
        """
        () => {
          const reached = new Set();
          addEventListener('focusin', (event) => reached.add(event.target), true);
          window.missed = () => [...document.querySelectorAll('a[href], button:not(:disabled), input, select, textarea, summary')]
            .filter((one) => one.checkVisibility() && !reached.has(one)).map((one) => one.outerHTML.slice(0, 120));
        }
        """);
    Await.until(
        "every control had the focus",
        PATIENCE,
        () -> {
          for (int n = 0; n < 40; n++) {
            page.keyboard().press("Tab");
          }
          return ((List<?>) page.evaluate("missed()")).isEmpty();
        });
  }

  @Test
  void thePageIsLightAndAYearOfTenPointsIsQuick() {
    lookUntilThere("trends");
    Number bytes =
        (Number)
            page.evaluate(
                "performance.getEntriesByType('resource').filter((e) => e.name.includes('/ui/')).reduce((s, e) => s + e.encodedBodySize, 0)");
    assertThat(bytes.intValue()).isBetween(20_000, MOST_KILOBYTES * 1000);

    page.route(
        "**/query?**",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(aYear(route.request().url()))));
    look("trends?range=1y");
    Locator boxes = page.locator(".picker input[type=checkbox]");
    boxes.first().waitFor();
    for (int n = 0; n < 10; n++) {
      boxes.nth(n).check();
    }
    assertThat(page.locator(".u-legend .u-series")).hasCount(11);
    System.out.printf(
        "dashboard: %d kB compressed, ten points of a year drawn in %s ms of script%n",
        bytes.intValue() / 1000, page.locator(".chart").getAttribute("data-script"));
  }

  /** A day per row, as /query folds them. */
  private static String aYear(String url) {
    String field = url.replaceAll(".*[?&]fields=([^&]*).*", "$1");
    var rows = new StringBuilder();
    Instant day = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(365));
    for (int n = 0; n < 365; n++) {
      rows.append(n == 0 ? "" : ",")
          .append(
              "[\"%s\",%s,%s,%s]"
                  .formatted(day.plus(Duration.ofDays(n)), n % 40 + 0.5, n % 40, n % 40 + 1));
    }
    return "{\"columns\":[\"time\",\"%1$s_mean\",\"%1$s_min\",\"%1$s_max\"],\"rows\":[%2$s]}"
        .formatted(field, rows);
  }

  private void look(String view) {
    page.navigate("about:blank");
    page.navigate(demo.url() + "#/" + view);
    page.locator("h1").waitFor();
  }

  /** Looks, and returns when nothing is loading. */
  private void lookUntilThere(String view) {
    look(view);
    page.waitForFunction("() => !/Loading|加载中/.test(document.querySelector('main').innerText)");
  }

  /** Presses Tab until it is reached. */
  private void tabTo(Locator wanted) {
    for (int n = 0; n < 100; n++) {
      page.keyboard().press("Tab");
      if ((Boolean) wanted.evaluate("(one) => one === document.activeElement")) {
        return;
      }
    }
    throw new AssertionError("not reached by Tab: " + wanted);
  }

  private void picture(String name) {
    page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
  }

  private long parameter(String name) {
    return Long.parseLong(page.url().replaceAll(".*[?&]" + name + "=(\\d+).*", "$1"));
  }

  private int sources() {
    return demo.api().get("/status").orElseThrow().path("sources").asInt();
  }

  private Map<String, Double> live(String source) {
    var values = new HashMap<String, Double>();
    Object text =
        page.evaluate("fetch('live?once=true&source=" + source + "').then((r) => r.text())");
    for (String line : String.valueOf(text).split("\n", -1)) {
      if (line.startsWith("data:") && line.contains("\"values\"")) {
        try {
          new ObjectMapper()
              .readTree(line.substring(5))
              .path("values")
              .properties()
              .forEach(
                  value -> values.put(value.getKey(), value.getValue().path("value").asDouble()));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }
    return values;
  }

  private static Double number(@Nullable String shown) {
    String text = String.valueOf(shown).replace(",", "").strip();
    return text.matches("-?[\\d.]+(e[+-]?\\d+)?") ? Double.valueOf(text) : Double.NaN;
  }

  /** As the page rounds: five digits that matter, whole numbers whole. */
  private static Double rounded(double value) {
    int digits = Math.max(5, (int) Math.ceil(Math.log10(Math.abs(value) + 1)));
    return new BigDecimal(value)
        .round(new MathContext(digits, RoundingMode.HALF_EVEN))
        .doubleValue();
  }

  /** As JavaScript writes a number. */
  private static String shortest(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
