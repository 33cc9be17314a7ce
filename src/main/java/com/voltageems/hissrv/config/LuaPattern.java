package com.voltageems.hissrv.config;

import java.util.Optional;

/** What is wrong with a pattern of Lua 5.1, as far as that can be told without Lua. */
final class LuaPattern {
  private LuaPattern() {}

  /** Why Lua would refuse it; empty where it would not. */
  static Optional<String> fault(String pattern) {
    int open = 0;
    for (int i = 0; i < pattern.length(); i++) {
      switch (pattern.charAt(i)) {
        case '%' -> {
          i++;
          if (i == pattern.length()) {
            return Optional.of("it ends with %");
          }
          if (pattern.charAt(i) == 'b') {
            i += 2;
            if (i >= pattern.length()) {
              return Optional.of("%b needs two characters");
            }
          } else if (pattern.charAt(i) == 'f' && !pattern.startsWith("[", i + 1)) {
            return Optional.of("%f needs a set in brackets");
          }
        }
        case '[' -> {
          i = endOfSet(pattern, i);
          if (i < 0) {
            return Optional.of("a [ has no ]");
          }
        }
        case '(' -> open++;
        case ')' -> {
          if (--open < 0) {
            return Optional.of("a ) has no (");
          }
        }
        default -> {}
      }
    }
    return open > 0 ? Optional.of("a ( has no )") : Optional.empty();
  }

  /**
   * Where the set that begins here ends; -1 where it doesn't. A ] that comes first is one of it.
   */
  private static int endOfSet(String pattern, int begin) {
    int i = begin + (pattern.startsWith("^", begin + 1) ? 2 : 1);
    do {
      if (i >= pattern.length()) {
        return -1;
      }
      i += pattern.charAt(i) == '%' ? 2 : 1;
    } while (i >= pattern.length() || pattern.charAt(i) != ']');
    return i;
  }
}
