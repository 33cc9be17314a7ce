package com.voltageems.hissrv.query;

import com.voltageems.hissrv.aggregate.AggregateException;
import com.voltageems.hissrv.aggregate.LiveHashes;
import com.voltageems.hissrv.transform.MappedSource;
import com.voltageems.hissrv.transform.Mapping;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads live hashes once a second for all who listen together, and not at all while nobody does.
 * Safe for any thread.
 */
public final class LiveFeed implements AutoCloseable {
  /** At once. */
  public static final int MOST_LISTENERS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
  private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

  private final LiveHashes hashes;
  private final Supplier<Mapping> mapping;
  private final Supplier<Duration> staleAfter;
  private final Set<LiveListener> listeners = new CopyOnWriteArraySet<>();
  private final Map<Name, LiveValues> last = new LinkedHashMap<>();
  private long lastRead = System.nanoTime() - PERIOD_NANOS;
  private @Nullable Thread reader;
  private boolean closed;

  /** What is told of once: a rule's view of a source. */
  record Name(String source, String measurement, int rule) {}

  /**
   * @param staleAfter how old a value may be whose time is known
   */
  public LiveFeed(LiveHashes hashes, Supplier<Mapping> mapping, Supplier<Duration> staleAfter) {
    this.hashes = hashes;
    this.mapping = mapping;
    this.staleAfter = staleAfter;
  }

  /**
   * Begins to listen; close what is returned.
   *
   * @throws QueryProblem when too many do
   */
  public synchronized LiveListener listen(LiveRequest request) {
    if (listeners.size() >= MOST_LISTENERS) {
      throw QueryProblem.busy(
          "%d listeners are served, and no more are.".formatted(MOST_LISTENERS));
    }
    var listener = new LiveListener(request, this::remove);
    if (closed) {
      listener.end();
      return listener;
    }
    listeners.add(listener);
    if (reader == null) {
      reader = Thread.ofVirtual().name("live").start(this::run);
    }
    return listener;
  }

  /** How many listen. */
  public int listeners() {
    return listeners.size();
  }

  /** Ends all listening. */
  @Override
  public synchronized void close() {
    closed = true;
    listeners.forEach(LiveListener::end);
    if (reader != null) {
      reader.interrupt();
    }
  }

  private void remove(LiveListener listener) {
    listeners.remove(listener);
  }

  private void run() {
    try {
      while (goesOn()) {
        long wait = lastRead + PERIOD_NANOS - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(Duration.ofNanos(wait));
        }
        lastRead = System.nanoTime();
        read();
      }
    } catch (InterruptedException _) {
      LOG.debug("no more live values");
    }
  }

  private synchronized boolean goesOn() {
    if (closed || listeners.isEmpty()) {
      reader = null;
      last.clear();
      return false;
    }
    return true;
  }

  private void read() {
    List<LiveListener> served = List.copyOf(listeners);
    try {
      List<LiveValues> changed = readAll(served);
      for (LiveListener listener : served) {
        if (listener.isNew()) {
          listener.begin(last.values());
        } else {
          changed.forEach(listener::offer);
        }
      }
    } catch (AggregateException e) {
      served.forEach(listener -> listener.fail(String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      LOG.error("can't read live values", e);
      served.forEach(listener -> listener.fail("an unexpected fault; the log has more"));
    }
  }

  /** Reads what anybody wants; returns what is not as it was. */
  private List<LiveValues> readAll(List<LiveListener> served) {
    Mapping rules = mapping.get();
    var wanted = new LinkedHashMap<String, List<MappedSource>>();
    for (String source : hashes.sources()) {
      rules
          .of(source)
          .map(mapped -> mapped.all().stream().filter(one -> isWanted(served, one)).toList())
          .filter(views -> !views.isEmpty())
          .ifPresent(views -> wanted.put(source, views));
    }
    Instant now = hashes.now();
    var changed = new ArrayList<LiveValues>();
    var before = new LinkedHashMap<>(last);
    last.clear();
    for (LiveHashes.Reading reading : hashes.read(wanted.keySet())) {
      int rule = 0;
      for (MappedSource view : wanted.getOrDefault(reading.source(), List.of())) {
        LiveValues values = LiveValues.of(view, reading, now, staleAfter.get());
        var name = new Name(reading.source(), view.series().measurement(), rule++);
        last.put(name, values);
        if (!values.isLike(before.remove(name))) {
          changed.add(values);
        }
      }
    }
    // What is not found any more has gone, and is told once more, without values.
    before.forEach((name, gone) -> {
      if (wanted.isEmpty() || !wanted.containsKey(name.source())) {
        changed.add(gone.without(now));
      }
    });
    return changed;
  }

  private static boolean isWanted(List<LiveListener> served, MappedSource source) {
    return served.stream()
        .anyMatch(listener -> listener.request().wants(source.sourceKey(), source.series()));
  }
}
