package com.voltageems.hissrv.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Java processes of the tests' own, on the tests' class path. They live for seconds: what C2 would
 * compile is never run long enough to pay for it.
 */
public final class ChildJvm {
  private ChildJvm() {}

  /** The command that runs a class's main method, arguments to be added. */
  public static List<String> command(Class<?> main, String... jvmOptions) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx84m"));
    command.addAll(List.of(jvmOptions));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }
}
