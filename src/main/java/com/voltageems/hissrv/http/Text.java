package com.voltageems.hissrv.http;

/** Words of others in sentences of ours. */
final class Text {
  private static final int SHOWN_CHARS = 80;

  private Text() {}

  /** Short enough for a sentence. */
  static String shown(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }
}
