package com.voltageems.hissrv.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code strace -f -y} wrote, as far as it tells in which order something was taken from a
 * server, a file written and forced to disk, and what was taken released. A call counts when it
 * ended, but a release when it began.
 *
 * @param steps in order
 */
public record SyscallTrace(List<Step> steps) {
  private static final Pattern CALL =
      Pattern.compile(
          "(\\d+) +(write|pwrite64|sendto|fsync|fdatasync)\\(\\d+<([^>]*(?:>[^,)>]*)*?)>[,)]?(.*)");
  private static final Pattern RESUMED =
      Pattern.compile("(\\d+) +<\\.\\.\\. (?:write|pwrite64|fsync|fdatasync) resumed>.*");

  /** What happened. */
  public enum Kind {
    WRITTEN,
    FORCED,
    TAKEN,
    RELEASED
  }

  /** One call. */
  public record Step(Kind kind, String target, String text) {}

  /**
   * Reads a trace.
   *
   * @param file the end of the name of the file that is of interest
   * @param take in what is sent to take something
   * @param release in what is sent to release it
   */
  public static SyscallTrace of(List<String> lines, String file, String take, String release) {
    var steps = new ArrayList<Step>();
    Map<String, Step> unfinished = new HashMap<>();
    for (String line : lines) {
      Matcher call = CALL.matcher(line);
      Matcher resumed = RESUMED.matcher(line);
      if (call.matches()) {
        String target = call.group(3);
        boolean forces = call.group(2).endsWith("sync");
        if (target.endsWith(file)) {
          var step = new Step(forces ? Kind.FORCED : Kind.WRITTEN, target, "");
          if (line.endsWith("<unfinished ...>")) {
            unfinished.put(call.group(1), step);
          } else if (!line.contains(" = -1 ")) {
            steps.add(step);
          }
        } else if (!forces && call.group(4).contains(release)) {
          steps.add(new Step(Kind.RELEASED, target, call.group(4)));
        } else if (!forces && call.group(4).contains(take)) {
          steps.add(new Step(Kind.TAKEN, target, call.group(4)));
        }
      } else if (resumed.matches()) {
        Step step = unfinished.remove(resumed.group(1));
        if (step != null && !line.contains(" = -1 ")) {
          steps.add(step);
        }
      }
    }
    return new SyscallTrace(steps);
  }

  /** How often something was released. */
  public long releases() {
    return steps.stream().filter(step -> step.kind() == Kind.RELEASED).count();
  }

  /** The releases before which nothing was written since the taking, or not all of it forced. */
  public List<String> releasedTooEarly() {
    var early = new ArrayList<String>();
    boolean written = false;
    boolean forced = false;
    for (Step step : steps) {
      switch (step.kind()) {
        case TAKEN -> {
          written = false;
          forced = false;
        }
        case WRITTEN -> {
          written = true;
          forced = false;
        }
        case FORCED -> forced = written;
        case RELEASED -> {
          if (!forced) {
            early.add((written ? "not forced: " : "nothing written: ") + step.text());
          }
          written = false;
          forced = false;
        }
      }
    }
    return early;
  }
}
