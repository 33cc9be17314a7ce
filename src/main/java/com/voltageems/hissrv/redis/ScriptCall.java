package com.voltageems.hissrv.redis;

import java.util.List;

/**
 * What a script is called with.
 *
 * @param keys every key it touches; on a Cluster all of one slot
 * @param args its arguments: texts, or byte arrays
 */
public record ScriptCall(List<String> keys, List<?> args) {
  /** Copies the lists. */
  public ScriptCall {
    keys = List.copyOf(keys);
    args = List.copyOf(args);
  }
}
