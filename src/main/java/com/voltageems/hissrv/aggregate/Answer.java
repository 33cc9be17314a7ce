package com.voltageems.hissrv.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the script answers for one source.
 *
 * @param refusal why nothing was done ({@code wrongtype}, {@code late} …); empty when it was done
 * @param numbers the numbers of the answer: see {@code aggregate.lua}
 * @param texts its texts
 */
record Answer(String refusal, List<Long> numbers, List<String> texts) {
  static Answer of(Object answer) {
    if (answer instanceof Long number) {
      return new Answer("", List.of(number), List.of());
    }
    var numbers = new ArrayList<Long>();
    var texts = new ArrayList<String>();
    for (Object element : (List<?>) answer) {
      if (element instanceof Long number) {
        numbers.add(number);
      } else {
        texts.add(String.valueOf(element));
      }
    }
    boolean refused = numbers.isEmpty();
    return new Answer(refused ? texts.getFirst() : "", numbers, texts);
  }

  /** Somebody has a newer lease on the source. */
  boolean isFenced() {
    return refusal.equals("fenced");
  }

  /** Why nothing was done, in the words of Redis or Lua where they have any. */
  String why() {
    return String.join(": ", texts);
  }

  /**
   * Of a sample: when the one before it was taken, epoch milliseconds, where some are missing in
   * between; 0 where Redis has none before it.
   */
  OptionalLong lastBefore() {
    return !refusal.isEmpty() || texts.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(texts.getFirst()));
  }

  /** The first number: fields sampled, or points written. */
  long size() {
    return numbers.isEmpty() ? 0 : numbers.getFirst();
  }
}
