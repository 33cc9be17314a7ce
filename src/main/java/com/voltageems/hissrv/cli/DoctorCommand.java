package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.cli.Diagnosis.Finding;
import com.voltageems.hissrv.cli.Diagnosis.Grade;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ConfigException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** What is wrong on this machine, in plain words. */
@Command(
    name = "doctor",
    exitCodeList = {"0:nothing is wrong; there may be warnings", "1:something is wrong"},
    description = {
      "Says what is wrong on this machine, and what mends it. Changes nothing.",
      "Tries the configuration, Redis (version, eviction, headroom), clock, data directory, disk, store",
      "and port."
    },
    footer = {
      "",
      "Examples:",
      "  hissrv doctor",
      "  sudo -u hissrv hissrv doctor --config /etc/hissrv/default.yml"
    })
final class DoctorCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private ServiceOptions service;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  DoctorCommand() {}

  @Override
  public Integer call() {
    var findings = new ArrayList<Finding>();
    try {
      Config config = ServiceOptions.configuration(main, System.getenv());
      findings.add(
          new Finding(
              "configuration", Grade.GOOD, config.mappings().size() + " mapping rules", null));
      for (String warning : config.warnings()) {
        findings.add(new Finding("configuration", Grade.WARNING, warning, "./hissrv check-config"));
      }
      JsonNode health = health();
      findings.addAll(new Diagnosis(config, InstantSource.system()).of(health != null));
      findings.addAll(running(health));
    } catch (ConfigException e) {
      findings.add(
          new Finding(
              "configuration", Grade.BAD, String.valueOf(e.getMessage()), "./hissrv check-config"));
    }
    findings.forEach(DoctorCommand::print);
    main.result.put("findings", findings.stream().map(DoctorCommand::json).toList());
    return findings.stream().anyMatch(finding -> finding.grade() == Grade.BAD) ? 1 : 0;
  }

  /** What the running service says of itself; null when none answers. */
  private @Nullable JsonNode health() {
    try (ServiceClient client = service.client(main)) {
      return client.ask("GET", "/health", Map.of());
    } catch (ServiceException e) {
      return null;
    }
  }

  private static List<Finding> running(@Nullable JsonNode health) {
    if (health == null) {
      return List.of(
          new Finding(
              "service",
              Grade.WARNING,
              "does not answer",
              "./hissrv run, or systemctl start hissrv"));
    }
    var findings = new ArrayList<Finding>();
    health
        .path("components")
        .properties()
        .forEach(one -> {
          JsonNode component = one.getValue();
          boolean up = component.path("status").asText().equals("up");
          String warning = component.path("warning").asText("");
          if (!up || !warning.isEmpty()) {
            findings.add(
                new Finding(
                    "service: " + one.getKey(),
                    up ? Grade.WARNING : Grade.BAD,
                    component.path("message").asText(),
                    warning.isEmpty()
                        ? "see docs/operations.md, When something is down"
                        : warning));
          }
        });
    if (findings.isEmpty()) {
      findings.add(new Finding("service", Grade.GOOD, "answers, every component is up", null));
    }
    return findings;
  }

  private static void print(Finding finding) {
    String mark =
        switch (finding.grade()) {
          case GOOD -> "ok  ";
          case WARNING -> "warn";
          case BAD -> "BAD ";
        };
    System.out.printf("%s  %-16s %s%n", mark, finding.what(), finding.says());
    if (finding.remedy() != null) {
      System.out.printf("      %-16s → %s%n", "", finding.remedy());
    }
  }

  private static Map<String, @Nullable Object> json(Finding finding) {
    var told = new LinkedHashMap<String, @Nullable Object>();
    told.put("what", finding.what());
    told.put("grade", finding.grade().name().toLowerCase(Locale.ROOT));
    told.put("says", finding.says());
    told.put("remedy", finding.remedy());
    return told;
  }
}
