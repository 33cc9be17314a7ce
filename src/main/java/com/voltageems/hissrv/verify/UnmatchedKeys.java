package com.voltageems.hissrv.verify;

import com.voltageems.hissrv.verify.DryRunReport.Unmatched;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Keys that no rule matches, those with names alike together. */
final class UnmatchedKeys {
  private static final int MOST_KINDS = 100;
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern USUAL =
      Pattern.compile("comsrv:.*:[mscat]|modsrv:.*:measurement", Pattern.DOTALL);

  private final Map<String, Unmatched> byKind = new TreeMap<>();

  void add(String key) {
    String kind = NUMBER.matcher(key).replaceAll("*");
    boolean usual = USUAL.matcher(key).matches();
    byKind.merge(
        kind,
        new Unmatched(kind, usual, 1, key),
        (a, b) -> new Unmatched(kind, a.usual(), a.keys() + 1, a.example()));
  }

  List<Unmatched> found() {
    return byKind.values().stream()
        .sorted(
            Comparator.comparing(Unmatched::usual)
                .thenComparingLong(Unmatched::keys)
                .reversed()
                .thenComparing(Unmatched::kind))
        .limit(MOST_KINDS)
        .toList();
  }
}
