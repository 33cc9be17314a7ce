package com.voltageems.hissrv.collect;

import java.util.Map;

/** How often an archive was written, as its header tells. */
final class Revision {
  static final String FIELD = "revision";

  /**
   * The newest revision that an instance has on disk, or in hand ({@code ~1}); where they share the
   * queue. Not a name that a point id of others may have.
   */
  static final String COLLECTED = "hissrv:collected";

  /** Of an archive that was written once. */
  static final long FIRST = 1;

  /** None. */
  static final long NEVER = -1;

  private Revision() {}

  /** 0 where it does not tell: an archive of others. */
  static long of(Map<String, String> archive) {
    return number(archive.getOrDefault(FIELD, ""), 0);
  }

  /** Which of its revisions somebody has on disk, for sure; {@link #NEVER} where nobody has. */
  static long collected(Map<String, String> archive) {
    return marked(archive.getOrDefault(COLLECTED, ""));
  }

  /** Which of them somebody has in hand, or on disk; {@link #NEVER} where nobody has. */
  static long taken(Map<String, String> archive) {
    String mark = archive.getOrDefault(COLLECTED, "");
    return marked(mark.startsWith("~") ? mark.substring(1) : mark);
  }

  private static long marked(String mark) {
    return mark.equals("0") ? 0 : number(mark, NEVER);
  }

  private static long number(String text, long otherwise) {
    return text.matches("[1-9]\\d{0,14}") ? Long.parseLong(text) : otherwise;
  }
}
