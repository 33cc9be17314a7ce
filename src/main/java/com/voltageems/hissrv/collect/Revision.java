package com.voltageems.hissrv.collect;

import java.util.Map;

/** How often an archive was written, as its header tells. */
final class Revision {
  static final String FIELD = "revision";

  private Revision() {}

  /** 0 where it does not tell: an archive of others. */
  static long of(Map<String, String> archive) {
    String revision = archive.getOrDefault(FIELD, "");
    return revision.matches("[1-9]\\d{0,14}") ? Long.parseLong(revision) : 0;
  }
}
