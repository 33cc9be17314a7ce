package com.voltageems.hissrv.transform;

/**
 * A live key's name inside the names of our keys on a Redis Cluster, so that they share its slot:
 * in braces, unless the name has a hash tag of its own, {@code comsrv:{1001}:m}.
 */
public final class HashTag {
  private HashTag() {}

  /** The name as it stands in ours. */
  public static String of(String liveKey) {
    return hasTag(liveKey) ? liveKey : "{" + liveKey + "}";
  }

  /** The live key that stands there. */
  public static String liveKeyIn(String tagged) {
    return tagged.startsWith("{") && tagged.indexOf('}') == tagged.length() - 1
        ? tagged.substring(1, tagged.length() - 1)
        : tagged;
  }

  /** Whether a name of ours can share this key's slot: a lone closing brace is in the way. */
  public static boolean isPossible(String liveKey) {
    return liveKeyIn(of(liveKey)).equals(liveKey) && (hasTag(liveKey) || liveKey.indexOf('}') < 0);
  }

  /** As Redis defines it: something between the first opening brace and the next closing one. */
  private static boolean hasTag(String key) {
    int open = key.indexOf('{');
    return open >= 0 && key.indexOf('}', open) > open + 1;
  }
}
