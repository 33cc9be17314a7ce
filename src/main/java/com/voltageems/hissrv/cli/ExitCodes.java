package com.voltageems.hissrv.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Every command's help says what its exit codes mean; a command names only those of its own. */
final class ExitCodes {
  private static final int WIDTH = 100;
  private static final SequencedMap<String, String> USUAL = new LinkedHashMap<>();

  static {
    USUAL.put("0", "done");
    USUAL.put("1", "failed");
    USUAL.put("2", "wrong call");
  }

  private ExitCodes() {}

  /** Completes the help of a command and of all below it. */
  static CommandLine completed(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    Map<String, String> codes = new LinkedHashMap<>(USUAL);
    codes.putAll(usage.exitCodeList());
    usage.width(WIDTH).exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
    command.getSubcommands().values().forEach(ExitCodes::completed);
    return command;
  }
}
