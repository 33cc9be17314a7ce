package com.voltageems.hissrv.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A script that completes commands and options in bash and zsh. */
@Command(
    name = "completion",
    description = "Prints a script that completes commands and options in bash and zsh.",
    footer = {
      "",
      "Examples:",
      "  source <(hissrv completion)",
      "  hissrv completion > /etc/bash_completion.d/hissrv"
    })
final class CompletionCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  CompletionCommand() {}

  @Override
  public Integer call() {
    String script = AutoComplete.bash("hissrv", spec.root().commandLine());
    System.out.print(script);
    main.result.put("script", script);
    return 0;
  }
}
