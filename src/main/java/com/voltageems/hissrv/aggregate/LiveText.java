package com.voltageems.hissrv.aggregate;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** What the fields of live hashes say, read as the script that samples reads them. */
public final class LiveText {
  /** What C's {@code strtod} takes, blanks around it included; not its words for no number. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "\\s*[+-]?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?"
              + "|0[xX](?:\\p{XDigit}+\\.?\\p{XDigit}*|\\.\\p{XDigit}+)(?:[pP][+-]?\\d+)?)\\s*");

  private LiveText() {}

  /** Whether neighbours keep this field for themselves. */
  public static boolean isBookkeeping(String id) {
    return id.equals("timestamp") || id.startsWith("__") || id.startsWith("ts:");
  }

  /** The finite number a text is; empty when it is none. */
  public static OptionalDouble number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return OptionalDouble.empty();
    }
    String number = text.strip();
    boolean hexadecimal = number.contains("x") || number.contains("X");
    boolean whole = hexadecimal && number.indexOf('p') < 0 && number.indexOf('P') < 0;
    double value = Double.parseDouble(whole ? number + "p0" : number);
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
