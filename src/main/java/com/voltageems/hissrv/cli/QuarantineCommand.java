package com.voltageems.hissrv.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * What is set aside: seen, mended, tried again, thrown away; always through the running service.
 */
@Command(
    name = "quarantine",
    description = "Shows, mends, replays and discards what the running service has set aside.",
    subcommands = {
      QuarantineViews.Listing.class,
      QuarantineViews.Show.class,
      QuarantineViews.Export.class,
      QuarantineRepair.class,
      QuarantineBulk.Replay.class,
      QuarantineBulk.Discard.class
    },
    footer = {
      "",
      "Examples:",
      "  hissrv quarantine list --reason \"no mapping rule\"",
      "  hissrv quarantine show 17",
      "  hissrv quarantine repair 17 --set price=0.31 --time 2026-01-29T10:00:00Z --replay",
      "  hissrv quarantine replay --all",
      "  hissrv quarantine export > quarantine.ndjson"
    })
final class QuarantineCommand implements Runnable {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Option(
      names = "--also",
      scope = ScopeType.INHERIT,
      description = "What the second store (store.also) refused, instead of the first.")
  private boolean also;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  QuarantineCommand() {}

  /** A client of the running service, which speaks of that store. */
  ServiceClient client(ServiceOptions service) {
    return service.client(main, also ? Map.of("store", "also") : Map.of());
  }

  Main main() {
    return main;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what about the quarantine? There are: " + String.join(", ", spec.subcommands().keySet()));
  }
}
