package com.voltageems.hissrv.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Guesses which of the names that exist was meant by one that doesn't. */
public final class Nearest {
  private static final int SHOWN = 3;
  private static final int COMPARED_CHARS = 100;
  private static final int MIN_PART = 3;

  private Nearest() {}

  /** At most three names, best first, then by alphabet; none when nothing is similar. */
  public static List<String> to(String wanted, Collection<String> names) {
    record Scored(String name, int score) {}
    return names.stream()
        .map(name -> new Scored(name, score(fold(wanted), fold(name))))
        .filter(scored -> scored.score < Integer.MAX_VALUE)
        .sorted(Comparator.comparingInt(Scored::score).thenComparing(Scored::name))
        .limit(SHOWN)
        .map(Scored::name)
        .toList();
  }

  /** The one name that this is a slip of the pen of; stricter than {@link #to}. */
  public static Optional<String> typoOf(String typed, Collection<String> names) {
    String wanted = fold(typed);
    return names.stream()
        .filter(name -> distance(wanted, fold(name)) <= Math.max(1, name.length() / 3))
        .min(Comparator.comparingInt(name -> distance(wanted, fold(name))));
  }

  private static String fold(String name) {
    return name.substring(0, Math.min(COMPARED_CHARS, name.length()))
        .toLowerCase(Locale.ROOT)
        .replace("-", "_");
  }

  private static int score(String wanted, String name) {
    int shorter = Math.min(wanted.length(), name.length());
    int distance = distance(wanted, name);
    if (distance <= Math.max(1, shorter / 3)) {
      return distance;
    }
    boolean part = shorter >= MIN_PART && (name.contains(wanted) || wanted.contains(name));
    return part ? distance : Integer.MAX_VALUE;
  }

  /** Insertions, deletions, replacements and swaps of neighbours. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best =
            Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, d[i - 2][j - 2] + 1);
        }
        d[i][j] = best;
      }
    }
    return d[a.length()][b.length()];
  }
}
