package com.voltageems.hissrv.config;

import java.util.Optional;
import java.util.regex.Pattern;

/** Sizes as the configuration writes them: a whole number and a unit. */
public final class Sizes {
  /** What to say is allowed. */
  public static final String ALLOWED = "a size such as 64MiB, 512MB or 1GB";

  /** As a regular expression. */
  static final String FORM = "(\\d{1,9})([KMG])(i?)B";

  private static final Pattern TEXT = Pattern.compile(FORM);
  private static final String UNITS = "KMG";
  private static final int BINARY = 1_024;
  private static final int DECIMAL = 1_000;

  private Sizes() {}

  /** Bytes; {@code MiB} is 1024 × 1024, {@code MB} 1000 × 1000. Empty when the text is not one. */
  public static Optional<Long> parse(String text) {
    var match = TEXT.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    int base = match.group(3).isEmpty() ? DECIMAL : BINARY;
    long bytes = Long.parseLong(match.group(1));
    for (int i = UNITS.indexOf(match.group(2)); i >= 0; i--) {
      bytes *= base;
    }
    return Optional.of(bytes);
  }

  /** As {@link #parse} reads it, in the largest unit that is exact; else in bytes. */
  public static String format(long bytes) {
    for (int base : new int[] {BINARY, DECIMAL}) {
      long unit = (long) base * base * base;
      for (int i = UNITS.length() - 1; i >= 0; i--) {
        if (bytes > 0 && bytes % unit == 0) {
          return bytes / unit + UNITS.substring(i, i + 1) + (base == BINARY ? "iB" : "B");
        }
        unit /= base;
      }
    }
    return bytes + " bytes";
  }
}
