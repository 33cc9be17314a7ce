package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Tells editors what a configuration may hold. */
@Command(
    name = "schema",
    description = "Prints the JSON Schema of the configuration, for editors.",
    footer = {
      "",
      "A configuration whose first line is",
      "  # yaml-language-server: $schema=PATH",
      "is then completed and checked while it is typed.",
      "",
      "Examples:",
      "  hissrv schema > hissrv.schema.json"
    })
final class SchemaCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  SchemaCommand() {}

  @Override
  public Integer call() {
    System.out.print(ConfigSchema.json(Functions.builtIn()));
    main.result.put("schema", ConfigSchema.of(Functions.builtIn()));
    return 0;
  }
}
