package com.voltageems.hissrv.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** A progress bar: drawn over itself on a terminal, a line per quarter elsewhere. */
public final class Progress {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final String what;
  private final boolean terminal;
  private final long began = System.nanoTime();
  private int shown = -1;

  Progress(PrintStream out, String what, boolean terminal) {
    this.out = out;
    this.what = what;
    this.terminal = terminal;
  }

  /** On a stream that is the terminal where there is one. */
  public static Progress on(PrintStream out, String what) {
    return new Progress(
        out, what, Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent());
  }

  /** Draws how far it is. */
  public void done(int done, int all) {
    if (done == 0) {
      return;
    }
    int percent = (int) (100L * done / all);
    int step = terminal ? percent : percent / 25;
    if (step == shown) {
      return;
    }
    shown = step;
    double seconds = (System.nanoTime() - began) / 1e9;
    String left =
        done == all
            ? String.format(Locale.ROOT, "done in %.1f s", seconds)
            : String.format(Locale.ROOT, "%.0f s left", seconds / done * (all - done));
    if (terminal) {
      String bar = "#".repeat(WIDTH * done / all);
      out.printf(Locale.ROOT, "\r%s [%-" + WIDTH + "s] %3d%%  %s    ", what, bar, percent, left);
      if (done == all) {
        out.println();
      }
    } else if (step > 0) {
      out.printf(Locale.ROOT, "%s %d%%, %s%n", what, percent, left);
    }
  }
}
