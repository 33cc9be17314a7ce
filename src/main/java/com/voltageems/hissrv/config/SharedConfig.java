package com.voltageems.hissrv.config;

import java.util.List;
import java.util.Map;

/**
 * Where the run-time changes are that several instances have in common. A stamp tells one state
 * from another. Methods throw {@link SharedConfigException}.
 */
public interface SharedConfig {
  /** Who changes something here, for people. */
  String instance();

  /** The stamp of what is there now, empty where there is nothing; cheap. */
  String stamp();

  /** All that is there now. */
  Kept read();

  /**
   * Puts something in place of what is there.
   *
   * @param expected the stamp it must still have
   * @param log lines to add, by their revision; a bounded number of the newest is kept
   * @return whether it had that stamp; else nothing is changed
   */
  boolean replace(String expected, String stamp, String overlay, Map<Long, String> log);

  /**
   * What is there.
   *
   * @param overlay the changes, as YAML; empty for none
   * @param log lines of {@link ConfigHistory}, the oldest first
   */
  record Kept(String stamp, String overlay, List<String> log) {
    /** Copies the log. */
    public Kept {
      log = List.copyOf(log);
    }
  }
}
