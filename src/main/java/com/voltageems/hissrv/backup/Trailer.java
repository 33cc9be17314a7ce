package com.voltageems.hissrv.backup;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/** The last line of a day's text, a comment: it is whole. */
final class Trailer {
  /** Longer than any. */
  static final int MOST_BYTES = 64;

  private static final Pattern LAST = Pattern.compile("(?s)(?:.*\n)?# end of (\\d{1,18}) rows\n");

  private Trailer() {}

  static String of(long rows) {
    return "# end of " + rows + " rows";
  }

  /** How many rows a text says it has whose end this is; empty when it is not whole. */
  static OptionalLong rows(String end) {
    var match = LAST.matcher(end);
    return match.matches() ? OptionalLong.of(Long.parseLong(match.group(1))) : OptionalLong.empty();
  }
}
