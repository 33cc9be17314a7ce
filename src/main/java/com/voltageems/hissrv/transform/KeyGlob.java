package com.voltageems.hissrv.transform;

/**
 * A regular expression as a glob of Redis that matches every key the expression matches, and more:
 * what a glob can't say becomes {@code *}, a blank becomes {@code ?}, since globs are published in
 * a blank-separated list.
 */
final class KeyGlob {
  private static final String QUANTIFIERS = "*+?{";
  private static final String CLASSES_OF_ONE = "dDwWsShHvV";

  private final String regex;
  private final StringBuilder glob = new StringBuilder();
  private int at;

  private KeyGlob(String regex) {
    this.regex = regex;
  }

  static String of(String regex) {
    return new KeyGlob(regex).glob();
  }

  private String glob() {
    if (regex.indexOf('|') >= 0) {
      return "*";
    }
    while (at < regex.length()) {
      if (!one()) {
        anything();
        break;
      }
    }
    return glob.toString();
  }

  /** Reads one element and its quantifier; false where the rest can't be told. */
  private boolean one() {
    char c = regex.charAt(at);
    int literal = c;
    switch (c) {
      case '^', '$' -> {
        at++;
        return true;
      }
      case '(', '[' -> {
        int end = c == '(' ? endOfGroup() : endOfClass(at);
        if (end < 0) {
          return false;
        }
        at = end;
        literal = -1;
      }
      case '\\' -> {
        char escaped = at + 1 < regex.length() ? regex.charAt(at + 1) : 'Q';
        if (Character.isLetterOrDigit(escaped) && CLASSES_OF_ONE.indexOf(escaped) < 0) {
          return false;
        }
        literal = Character.isLetter(escaped) ? -1 : escaped;
        at += 2;
      }
      case '.' -> {
        literal = -1;
        at++;
      }
      default -> {
        if (Character.isSurrogate(c)) {
          return false;
        }
        at++;
      }
    }
    boolean repeated = at < regex.length() && QUANTIFIERS.indexOf(regex.charAt(at)) >= 0;
    if (literal < 0 || repeated) {
      anything();
    } else {
      literally((char) literal);
    }
    return !repeated || skipQuantifier();
  }

  private boolean skipQuantifier() {
    if (regex.charAt(at) == '{') {
      at = regex.indexOf('}', at);
      if (at < 0) {
        at = regex.length();
        return false;
      }
    }
    at++;
    if (at < regex.length() && "?+".indexOf(regex.charAt(at)) >= 0) {
      at++;
    }
    return true;
  }

  /** The place behind the group that begins here; -1 for flags, which change what follows. */
  private int endOfGroup() {
    boolean flags = regex.startsWith("(?", at) && ":<=!".indexOf(charAt(at + 2)) < 0;
    int depth = 0;
    for (int i = at; i < regex.length() && !flags; i++) {
      switch (regex.charAt(i)) {
        case '\\' -> {
          if (charAt(i + 1) == 'Q') {
            return -1;
          }
          i++;
        }
        case '[' -> {
          i = endOfClass(i) - 1;
          if (i < 0) {
            return -1;
          }
        }
        case '(' -> depth++;
        case ')' -> {
          if (--depth == 0) {
            return i + 1;
          }
        }
        default -> {}
      }
    }
    return -1;
  }

  /** The place behind the plain class that begins here; -1 for one with a class in it. */
  private int endOfClass(int begin) {
    int first = charAt(begin + 1) == '^' ? begin + 2 : begin + 1;
    for (int i = first; i < regex.length() && charAt(first) != ']'; i++) {
      switch (regex.charAt(i)) {
        case '\\' -> {
          if (charAt(i + 1) == 'Q') {
            return -1;
          }
          i++;
        }
        case '[' -> {
          return -1;
        }
        case ']' -> {
          return i + 1;
        }
        default -> {}
      }
    }
    return -1;
  }

  private char charAt(int i) {
    return i < regex.length() ? regex.charAt(i) : '\0';
  }

  private void anything() {
    if (glob.isEmpty() || glob.charAt(glob.length() - 1) != '*' || endsEscaped()) {
      glob.append('*');
    }
  }

  private boolean endsEscaped() {
    return glob.length() > 1 && glob.charAt(glob.length() - 2) == '\\';
  }

  private void literally(char c) {
    if (c <= ' ') {
      glob.append('?');
      return;
    }
    if ("*?[]\\".indexOf(c) >= 0) {
      glob.append('\\');
    }
    glob.append(c);
  }
}
