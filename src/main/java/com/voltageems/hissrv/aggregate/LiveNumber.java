package com.voltageems.hissrv.aggregate;

import java.nio.charset.StandardCharsets;

/** The double that C reads from a text: the nearest one, whatever the locale. */
final class LiveNumber {
  /** With so many digits a whole number is a double, and so are these powers of ten. */
  private static final int EXACT_DIGITS = 15;

  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private LiveNumber() {}

  /** NaN where it is none, or not finite. */
  static double of(byte[] text) {
    int at = text.length > 0 && text[0] == '-' ? 1 : 0;
    if (text.length - at > EXACT_DIGITS + 1) {
      return ofAny(text);
    }
    // The quotient of two exact numbers is the double next to it.
    long digits = 0;
    int count = 0;
    int point = -1;
    for (int i = at; i < text.length; i++) {
      int digit = text[i] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = digits * 10 + digit;
        count++;
      } else if (text[i] == '.' && point < 0) {
        point = count;
      } else {
        return ofAny(text);
      }
    }
    if (count == 0 || count > EXACT_DIGITS) {
      return ofAny(text);
    }
    double value = point < 0 ? digits : digits / POWERS[count - point];
    return at == 0 ? value : -value;
  }

  private static double ofAny(byte[] text) {
    return LiveText.number(new String(text, StandardCharsets.ISO_8859_1)).orElse(Double.NaN);
  }
}
