package com.voltageems.hissrv.config;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What Lua 5.1 would refuse in a pattern, or take too long for, told without Lua. */
final class LuaPattern {
  private static final int MOST_CAPTURES = 32;

  /** What Lua tries on a text grows with its length to the power of these and one. */
  private static final int MOST_REPETITIONS = 2;

  private static final String REPETITIONS = "*+-";

  /** Without any of these a pattern is plain text, to be found as it is; a lone ) too. */
  private static final String SPECIALS = "^$*+?.([%-";

  private final String pattern;
  private final ArrayDeque<Integer> open = new ArrayDeque<>();
  private final Set<Integer> closed = new HashSet<>();
  private int at;
  private int repetitions;

  private LuaPattern(String pattern) {
    this.pattern = pattern;
  }

  /** Why Lua would refuse it, on whatever text; empty where it would not. */
  static Optional<String> fault(String pattern) {
    if (pattern.indexOf('\0') >= 0) {
      return Optional.of("write %z for a NUL");
    }
    boolean plain = pattern.chars().noneMatch(c -> SPECIALS.indexOf(c) >= 0);
    return plain ? Optional.empty() : new LuaPattern(pattern).fault();
  }

  private Optional<String> fault() {
    for (; at < pattern.length(); at++) {
      Optional<String> fault =
          switch (pattern.charAt(at)) {
            case '%' -> faultOfEscape();
            case '[' -> faultOfSet();
            case '(' -> faultOfOpening();
            case ')' -> faultOfClosing();
            default -> faultOfRepetition();
          };
      if (fault.isPresent()) {
        return fault;
      }
    }
    return open.isEmpty() ? Optional.empty() : Optional.of("a ( has no )");
  }

  private Optional<String> faultOfEscape() {
    at++;
    if (at == pattern.length()) {
      return Optional.of("it ends with %");
    }
    char escaped = pattern.charAt(at);
    if (escaped == 'b') {
      at += 2;
      return at < pattern.length() ? Optional.empty() : Optional.of("%b needs two characters");
    }
    if (escaped == 'f' && !pattern.startsWith("[", at + 1)) {
      return Optional.of("%f needs a set in brackets");
    }
    return escaped >= '0' && escaped <= '9' && !closed.contains(escaped - '0')
        ? Optional.of("%" + escaped + " has no ( ) before it")
        : Optional.empty();
  }

  private Optional<String> faultOfRepetition() {
    repetitions += REPETITIONS.indexOf(pattern.charAt(at)) >= 0 ? 1 : 0;
    return repetitions > MOST_REPETITIONS
        ? Optional.of("more than two of * + - could keep Redis busy for minutes")
        : Optional.empty();
  }

  /** A ] that comes first is one of the set. */
  private Optional<String> faultOfSet() {
    at += pattern.startsWith("^", at + 1) ? 2 : 1;
    do {
      if (at >= pattern.length()) {
        return Optional.of("a [ has no ]");
      }
      at += pattern.charAt(at) == '%' ? 2 : 1;
    } while (at >= pattern.length() || pattern.charAt(at) != ']');
    return Optional.empty();
  }

  private Optional<String> faultOfOpening() {
    open.push(open.size() + closed.size() + 1);
    return open.size() + closed.size() > MOST_CAPTURES
        ? Optional.of("more than " + MOST_CAPTURES + " ( )")
        : Optional.empty();
  }

  private Optional<String> faultOfClosing() {
    return open.isEmpty() || !closed.add(open.pop())
        ? Optional.of("a ) has no (")
        : Optional.empty();
  }
}
