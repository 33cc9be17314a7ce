package com.voltageems.hissrv.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a server's memory is a danger to what lies in it: one that evicts keys would drop windows
 * that are on no disk yet, one that is full takes no new ones. Told to the log when it begins and
 * when it ends. For any thread.
 */
final class MemoryWatch {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);
  private static final int MANY_PERCENT = 80;

  /** Below it the trouble is over: what swings around one bound would be told again and again. */
  private static final int FEW_PERCENT = 75;

  private final String server;
  private boolean evicts;
  private boolean full;
  private Optional<String> warning = Optional.empty();

  /**
   * @param server what to call it
   */
  MemoryWatch(String server) {
    this.server = server;
  }

  /** What is wrong and what to do, as of the last {@link #read}. */
  synchronized Optional<String> warning() {
    return warning;
  }

  /** Takes note of an answer to {@code INFO memory}. */
  synchronized void read(String info) {
    Map<String, String> facts = facts(info);
    long used = number(facts, "used_memory");
    long most = number(facts, "maxmemory");
    long system = number(facts, "total_system_memory");
    String policy = facts.getOrDefault("maxmemory_policy", "noeviction");
    var troubles = new ArrayList<String>();

    boolean evictedBefore = evicts;
    evicts = most > 0 && !policy.equals("noeviction");
    if (evicts) {
      troubles.add(
          ("maxmemory-policy is %s: when memory runs out Redis drops windows before they are"
                  + " stored; set maxmemory-policy noeviction")
              .formatted(policy));
    }
    tell(evictedBefore, evicts, troubles);

    long limit = most > 0 ? most : system;
    boolean fullBefore = full;
    full = limit > 0 && used >= limit / 100 * (full ? FEW_PERCENT : MANY_PERCENT);
    if (full) {
      troubles.add(
          most > 0
              ? "%d of %d MiB (maxmemory) are used: when they are full nothing more is sampled; %s"
                  .formatted(
                      used >> 20, most >> 20, "raise maxmemory or lower aggregation.archive_memory")
              : "%d of the machine's %d MiB are used; %s"
                  .formatted(
                      used >> 20,
                      system >> 20,
                      "set maxmemory, with maxmemory-policy noeviction, and lower"
                          + " aggregation.archive_memory"));
    }
    tell(fullBefore, full, troubles);
    warning =
        troubles.isEmpty() ? Optional.empty() : Optional.of(String.join("; also: ", troubles));
  }

  private void tell(boolean before, boolean now, List<String> troubles) {
    if (now && !before) {
      LOG.warn("{}: {}", server, troubles.getLast());
    } else if (before && !now) {
      LOG.info("{}: the warning about its memory is over", server);
    }
  }

  private static Map<String, String> facts(String info) {
    var facts = new HashMap<String, String>();
    info.lines()
        .filter(line -> line.indexOf(':') > 0)
        .forEach(line ->
            facts.put(
                line.substring(0, line.indexOf(':')),
                line.substring(line.indexOf(':') + 1).strip()));
    return facts;
  }

  private static long number(Map<String, String> facts, String name) {
    String text = facts.getOrDefault(name, "");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }
}
