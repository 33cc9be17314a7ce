package com.voltageems.hissrv.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/**
 * A call of {@code hissrv} in this process, for commands that end by themselves.
 *
 * @param code its exit code
 */
record HisSrvCall(int code, String output, String errors) {
  static HisSrvCall of(List<String> arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var output = new ByteArrayOutputStream();
    var errors = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(output, true, UTF_8));
      System.setErr(new PrintStream(errors, true, UTF_8));
      int code = Main.execute(arguments);
      return new HisSrvCall(code, output.toString(UTF_8), errors.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
