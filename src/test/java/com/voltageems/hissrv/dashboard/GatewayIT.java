package com.voltageems.hissrv.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All of it under a prefix of which the service knows nothing. */
@TestInstance(Lifecycle.PER_CLASS)
class GatewayIT {
  private static final Pattern ABSOLUTE = Pattern.compile("(?:href|src|action)=[\"']?/");

  private Chromium chromium;
  private RunningDemo demo;
  private Gateway gateway;
  private Page page;
  private final List<String> complaints = new ArrayList<>();
  private final List<String> elsewhere = new ArrayList<>();

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    chromium = new Chromium();
    demo = RunningDemo.start(folder);
    gateway = new Gateway(demo.url());
  }

  @AfterAll
  void end() {
    gateway.close();
    demo.close();
    chromium.close();
  }

  @BeforeEach
  void visit() {
    complaints.clear();
    elsewhere.clear();
    page = chromium.visitor(1400, 1000).newPage();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        complaints.add(message.text());
      }
    });
    page.onPageError(complaints::add);
    page.onRequest(request -> {
      String url = request.url();
      if (!url.startsWith(gateway.url()) && !url.startsWith("data:") && !url.startsWith("blob:")) {
        elsewhere.add(url);
      }
    });
  }

  @Test
  void theDashboardWorks() {
    page.navigate(gateway.url());

    assertThat(page.locator("#live section", new Page.LocatorOptions().setHasText("1001")))
        .isVisible();
    assertThat(complaints).isEmpty();
    assertThat(elsewhere).isEmpty();
  }

  @Test
  void theDocsShowOperationsAndTryThem() {
    page.navigate(gateway.url() + "docs");

    assertThat(page.getByText("A point's newest stored value")).isVisible();
    Locator health = page.locator("#operations-default-health");
    health.getByText("each component's state").click();
    health.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Try it out")).click();
    health.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Execute")).click();
    assertThat(health.locator(".live-responses-table .response-col_status").last())
        .containsText("200");
    assertThat(complaints).isEmpty();
    assertThat(elsewhere).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "health",
        "status",
        "query?measurement=telemetry",
        "hisApi/channels",
        "docs",
        "openapi.yaml",
        "ui/main.js"
      })
  void nothingLeadsOutOfThePrefix(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(ABSOLUTE.matcher(answer.body()).find()).isFalse();
    assertThat(answer.headers().firstValue("location")).isEmpty();
  }

  @Test
  void aSlashTooManyLeadsToThePageRelatively() throws IOException, InterruptedException {
    HttpResponse<String> answer = get("docs/");

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("location")).contains("../docs");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(gateway.url() + path))
              .header("Accept", "text/html, */*")
              .header("Authorization", "Bearer the-gateways-own")
              .build();
      return client.send(request, BodyHandlers.ofString());
    }
  }
}
