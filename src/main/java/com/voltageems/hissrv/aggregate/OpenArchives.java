package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.redis.ScriptCall;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks at the newest windows of the finest level in Redis: what closing one that is open would
 * write now, and archives that are closed and perhaps not collected yet. Writes nothing. Throws
 * {@link AggregateException}.
 */
public final class OpenArchives {
  /** The one that now is in, and those that may not have gone through yet. */
  private static final int WINDOWS = 3;

  private static final int AT_ONCE = 50;

  private final RedisConnection redis;
  private final InstantSource clock;
  private final Tiling tiling;

  /**
   * Of these levels.
   *
   * @param clock the time of samples
   */
  public OpenArchives(RedisConnection redis, InstantSource clock, Tiling tiling) {
    this.redis = redis;
    this.clock = clock;
    this.tiling = tiling;
  }

  /**
   * An archive as it is, or as it would be.
   *
   * @param isOpen whether its window is
   */
  public record Seen(String key, Map<String, String> archive, boolean isOpen) {}

  /** The level whose windows are seen. */
  public Level level() {
    return tiling.finest();
  }

  /** Of these live keys, those that there are. */
  public List<Seen> of(Collection<String> sources) {
    try {
      var all = List.copyOf(sources);
      var seen = new ArrayList<Seen>();
      for (int from = 0; from < all.size(); from += AT_ONCE) {
        seen.addAll(some(all.subList(from, Math.min(from + AT_ONCE, all.size()))));
      }
      return seen;
    } catch (RedisException e) {
      throw new AggregateException(e);
    }
  }

  /** The window of a level that holds a moment. */
  public Window window(Level level, Instant time) {
    return tiling.windowAt(level, time.toEpochMilli());
  }

  /** The finer windows that one is made of, in order; none for one that samples go into. */
  public List<Window> parts(Window window) {
    return tiling.parts(window);
  }

  /** The name of a live key's archive of a window. */
  public String nameOf(String source, Window window) {
    return new SourceKeys(source, redis.isCluster()).archive(window);
  }

  /** An archive that is closed; empty when it is not there, or not any more. */
  public Optional<Map<String, String>> closed(String name) {
    try {
      return redis.hashes(List.of(name)).getFirst().filter(archive -> !archive.isEmpty());
    } catch (RedisException e) {
      throw new AggregateException(e);
    }
  }

  /** These archives that are closed, those that are there. */
  public void closed(Collection<String> names, Consumer<Seen> seen) {
    var all = List.copyOf(names);
    try {
      for (int from = 0; from < all.size(); from += AT_ONCE) {
        List<String> some = all.subList(from, Math.min(from + AT_ONCE, all.size()));
        List<Optional<Map<String, String>>> archives = redis.hashes(some);
        for (int i = 0; i < some.size(); i++) {
          Map<String, String> archive = archives.get(i).orElseGet(Map::of);
          if (!archive.isEmpty()) {
            seen.accept(new Seen(some.get(i), archive, false));
          }
        }
      }
    } catch (RedisException e) {
      throw new AggregateException(e);
    }
  }

  private List<Seen> some(List<String> sources) {
    long now = clock.millis();
    var asked = new ArrayList<Asked>();
    for (String source : sources) {
      var keys = new SourceKeys(source, redis.isCluster());
      Window window = tiling.windowAt(tiling.finest(), now);
      for (int i = 0; i < WINDOWS; i++) {
        asked.add(new Asked(keys, window));
        window = tiling.windowAt(tiling.finest(), window.startMillis() - 1);
      }
    }
    List<Object> replies =
        redis.eval(AggregationScript.SCRIPT, asked.stream().map(one -> one.call(now)).toList());
    List<Optional<Map<String, String>>> archives =
        redis.hashes(asked.stream().map(one -> one.source().archive(one.window())).toList());
    var seen = new ArrayList<Seen>();
    for (int i = 0; i < asked.size(); i++) {
      Asked one = asked.get(i);
      String key = one.source().archive(one.window());
      var reply = (List<?>) ((List<?>) replies.get(i)).getFirst();
      if (reply.size() > 2) {
        seen.add(new Seen(key, one.archive(reply), true));
      } else {
        archives
            .get(i)
            .filter(archive -> !archive.isEmpty())
            .ifPresent(archive -> seen.add(new Seen(key, archive, false)));
      }
    }
    return seen;
  }

  private record Asked(SourceKeys source, Window window) {
    ScriptCall call(long now) {
      return new ScriptCall(
          List.of(
              source.live(),
              source.carry(),
              source.accumulator(window),
              source.rawRows(window),
              source.archive(window)),
          List.of(
              "open",
              Long.toString(now),
              "0",
              Mode.REPLAY.argument,
              Long.toString(window.startSeconds()),
              Long.toString(window.endSeconds())));
    }

    Map<String, String> archive(List<?> reply) {
      var archive = new HashMap<String, String>();
      archive.put("source", source.live());
      archive.put("timestamp", Long.toString(window.startSeconds()));
      archive.put("stats", text(reply.get(1)));
      for (int i = 2; i + 1 < reply.size(); i += 2) {
        archive.put(text(reply.get(i)), text(reply.get(i + 1)));
      }
      return archive;
    }

    private static String text(Object part) {
      return part instanceof byte[] bytes
          ? new String(bytes, StandardCharsets.UTF_8)
          : String.valueOf(part);
    }
  }
}
