package com.voltageems.hissrv.config;

import java.util.regex.Pattern;

/** A glob over live keys: {@code *} is any text, {@code ?} any one character. */
final class SourceGlob {
  private SourceGlob() {}

  static Pattern pattern(String glob) {
    var regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      switch (glob.charAt(i)) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(glob.substring(i, i + 1)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
