package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.demo.Progress;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Asks the running service whether all is in the store that should be. */
@Command(
    name = "verify",
    exitCodeList = "1:a window is missing (neither in the store nor on its way there), or failed",
    description = "Holds the ledger against the store, and says what is missing and why.",
    footer = {
      "",
      "Examples:",
      "  hissrv verify --from 2026-01-28 --to 2026-01-30",
      "  hissrv verify --from 2026-01-29T10:00:00Z --repair"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final Duration AT_ONCE = Duration.ofDays(1);
  private static final List<String> NUMBERS =
      List.of("expected", "stored", "pending", "missing", "found", "lost", "resent");

  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "First moment: RFC 3339, or a day of the site's calendar. A day before --to by default.")
  @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "First moment after. Now by default.")
  @Nullable String to;

  @Option(
      names = "--source",
      paramLabel = "KEY",
      defaultValue = "*",
      description = "Live keys: one, or a pattern with * and ?. All by default.")
  String source;

  @Option(
      names = "--repair",
      description = "Sends again what is missing and still held: archives in Redis.")
  boolean repair;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where the service answers; else as its configuration says.")
  @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Sent as a bearer token; else $HISSRV_TOKEN.")
  @Nullable String token;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  VerifyCommand() {}

  @Override
  public Integer call() {
    Config config = url != null && hasOffsets() ? null : config();
    ZoneId zone = config == null ? ZoneOffset.UTC : config.site().timeZone();
    String address = url;
    if (address == null && config != null) {
      address = ServiceClient.urlOf(config.api());
    }
    Instant stop = to == null ? InstantSource.system().instant() : time("--to", to, zone);
    Instant start = from == null ? stop.minus(AT_ONCE) : time("--from", from, zone);
    if (!start.isBefore(stop)) {
      throw new ParameterException(spec.commandLine(), "--from is not before --to");
    }
    try (var client = new ServiceClient(String.valueOf(address), ServiceOptions.sent(token))) {
      return verify(client, start, stop);
    }
  }

  private int verify(ServiceClient client, Instant start, Instant stop) {
    Map<String, Long> sums = new LinkedHashMap<>();
    NUMBERS.forEach(name -> sums.put(name, 0L));
    var gaps = new ArrayList<Map<String, Object>>();
    int days = (int) Math.ceilDiv(Duration.between(start, stop).toMillis(), AT_ONCE.toMillis());
    var progress = Progress.on(System.err, "Verifying");
    int done = 0;
    for (Instant at = start; at.isBefore(stop); at = at.plus(AT_ONCE)) {
      Instant end = at.plus(AT_ONCE).isBefore(stop) ? at.plus(AT_ONCE) : stop;
      JsonNode answer =
          client.ask(
              "POST",
              "/verify",
              Map.of(
                  "start", at.toString(),
                  "stop", end.toString(),
                  "source", source,
                  "repair", Boolean.toString(repair)));
      NUMBERS.forEach(name -> sums.merge(name, answer.path(name).asLong(), Long::sum));
      tell(answer, gaps);
      done++;
      if (days > 1) {
        progress.done(done, days);
      }
    }
    main.result.putAll(sums);
    main.result.put("gaps", gaps);
    System.out.printf(
        "%d windows expected, %d stored, %d on their way, %d missing%n",
        sums.get("expected"), sums.get("stored"), sums.get("pending"), sums.get("missing"));
    if (repair) {
      System.out.printf("%d sent again%n", sums.get("resent"));
    }
    return sums.getOrDefault("missing", 0L) > 0 ? 1 : 0;
  }

  private static void tell(JsonNode answer, List<Map<String, Object>> gaps) {
    for (JsonNode account : answer.path("sources")) {
      for (JsonNode gap : account.path("gaps")) {
        var told = new LinkedHashMap<String, Object>();
        told.put("source", account.path("source").asText());
        told.put("interval", account.path("interval").asText());
        for (String name : List.of("start", "stop", "cause")) {
          told.put(name, gap.path(name).asText());
        }
        told.put("windows", gap.path("windows").asLong());
        gaps.add(told);
        System.out.printf(
            "%s  %s  %s – %s  %s%n",
            told.get("source"),
            told.get("interval"),
            told.get("start"),
            told.get("stop"),
            told.get("cause"));
      }
    }
    long left = answer.path("gaps_left_out").asLong();
    if (left > 0) {
      System.out.printf("… and %d gaps more of that day%n", left);
    }
  }

  private boolean hasOffsets() {
    return (from == null || from.contains("T")) && (to == null || to.contains("T"));
  }

  private Config config() {
    return ServiceOptions.configuration(main, System.getenv());
  }

  private Instant time(String option, String text, ZoneId zone) {
    try {
      return text.contains("T")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDate.parse(text).atStartOfDay(zone).toInstant();
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(),
          option + ": '" + text + "' is no time; 2026-01-29T10:30:00Z or 2026-01-29 is expected");
    }
  }
}
