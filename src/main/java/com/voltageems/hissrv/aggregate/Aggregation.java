package com.voltageems.hissrv.aggregate;

import static java.util.stream.Collectors.toCollection;
import static org.slf4j.event.Level.DEBUG;
import static org.slf4j.event.Level.INFO;

import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.lease.Ownership;
import com.voltageems.hissrv.ledger.Observation;
import com.voltageems.hissrv.ledger.Sighting;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.transform.Mapping;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples and closes. The clock is Redis's own; a tick reads it once, so that all sources of a
 * sweep share one moment. Every method may be called by any thread.
 */
public final class Aggregation implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(Aggregation.class);
  private static final Duration DISCOVERY = Duration.ofSeconds(30);

  private final RedisConnection redis;
  private final InstantSource clock;
  private final Mode mode;
  private final Metrics metrics;
  private final Consumer<Observation> account;
  private final Offenders offenders;
  private final Tiling tiling;
  private final QueuedArchives queued;
  private final OpenWindows open;
  private final SourceWidths widths = new SourceWidths();
  private final Object functionsTurn = new Object();
  private final Ownership ownership;
  private final Fences fences;

  private volatile Steps steps;
  private volatile Discovery.Found sources = Discovery.Found.NOTHING;

  /** Whose open windows are known. */
  private volatile Held held = Held.NONE;

  /** Whose rules the sources were found by. */
  private @Nullable Steps foundBy;

  private volatile long nextDiscovery = Long.MIN_VALUE;
  private boolean loaded;

  /** {@link RedisConnection#disturbances} then. */
  private long loadedAt;

  /** Whether shards have come that were not swept yet. */
  private boolean gained;

  private volatile @Nullable String trouble;

  /**
   * @param clock the time of samples; with {@link Mode#LIVE} it must be Redis's own
   * @param levels which levels are closed; 1m is one of them
   * @param zone the site's, for levels of a day and longer
   * @throws IllegalArgumentException when a level's windows can't be made of a finer level's
   */
  public Aggregation(
      RedisConnection redis,
      InstantSource clock,
      Mode mode,
      Collection<Level> levels,
      ZoneId zone,
      Mapping mapping,
      Metrics metrics,
      Offenders offenders) {
    this(redis, clock, mode, levels, zone, mapping, SampleRules.usual(), metrics, offenders);
  }

  /** Of samples that are judged. */
  public Aggregation(
      RedisConnection redis,
      InstantSource clock,
      Mode mode,
      Collection<Level> levels,
      ZoneId zone,
      Mapping mapping,
      SampleRules rules,
      Metrics metrics,
      Offenders offenders) {
    this(
        redis,
        clock,
        mode,
        levels,
        zone,
        mapping,
        rules,
        metrics,
        offenders,
        Ownership.SOLE,
        _ -> {});
  }

  /**
   * Of samples that are judged, of the sources that are ours, with an account of them.
   *
   * @param rules which samples count
   * @param ownership which sources are ours at a moment
   * @param account is told what was seen of each source
   */
  public Aggregation(
      RedisConnection redis,
      InstantSource clock,
      Mode mode,
      Collection<Level> levels,
      ZoneId zone,
      Mapping mapping,
      SampleRules rules,
      Metrics metrics,
      Offenders offenders,
      Ownership ownership,
      Consumer<Observation> account) {
    this.ownership = ownership;
    fences = new Fences(redis, ownership, metrics);
    this.redis = redis;
    this.account = account;
    this.clock = clock;
    this.mode = mode;
    this.metrics = metrics;
    this.offenders = offenders;
    tiling = new Tiling(levels, zone);
    queued = new QueuedArchives(redis);
    open = new OpenWindows(tiling, "open");
    steps = steps(mapping, rules);
  }

  /** What rules decide. */
  private record Steps(
      Discovery discovery, Sampler sampler, WindowCloser closer, FunctionPass functions) {}

  private Steps steps(Mapping mapping, SampleRules rules) {
    var script = new AggregationScript(redis, mode, tiling, mapping, queued, rules);
    var functions = new FunctionPass(redis, script, tiling, mapping, fences, metrics, offenders);
    return new Steps(
        new Discovery(redis, mapping, rules.globs(mapping), offenders),
        new Sampler(script, mode, tiling, open, widths, rules, fences, metrics, offenders),
        new WindowCloser(
            script, tiling, open, widths, functions, fences, metrics, offenders, account),
        functions);
  }

  /** Other rules from the next sample on. Open windows go on; waits for nothing. */
  public void reconfigure(Mapping mapping, SampleRules rules) {
    steps = steps(mapping, rules);
  }

  @Override
  public String name() {
    return "aggregate";
  }

  @Override
  public CheckResult check() {
    String why = trouble;
    if (why != null) {
      return CheckResult.down(why);
    }
    Set<OpenWindows.Postponed> postponed = open.postponed();
    if (!postponed.isEmpty()) {
      OpenWindows.Postponed one = postponed.iterator().next();
      return CheckResult.down(
          "%d windows can't be closed, one of them %s %d of %s; the log says why"
              .formatted(
                  postponed.size(),
                  one.window().level().name(),
                  one.window().startSeconds(),
                  one.source().live()));
    }
    return CheckResult.ok(sourceCount() + " sources");
  }

  /** How many live hashes are sampled by this instance. */
  public int sourceCount() {
    return ours().size();
  }

  private Set<String> ours() {
    Held now = held;
    Set<String> all = sources.sources();
    return now.of() == 1 && !now.shards().isEmpty()
        ? all
        : all.stream().filter(now::has).collect(toCollection(TreeSet::new));
  }

  /**
   * The live keys, sorted: those sampled, or where nothing is sampled those found at most half a
   * minute ago.
   */
  SortedSet<String> sources() {
    if (mode == Mode.LIVE && clock.millis() - DISCOVERY.toMillis() > nextDiscovery) {
      discoverUnsampled();
    }
    return Collections.unmodifiableSortedSet(sources.sources());
  }

  private synchronized void discoverUnsampled() {
    recovering(() -> {
      discoverWhenDue(steps);
      return 0;
    });
  }

  /** Those of them beside which there are times of their values. */
  Set<String> timed() {
    return sources.timed();
  }

  /**
   * One second's work: look for sources when it is time, sample all of them, then close what has
   * ended for as long as there is time. Trouble is remembered for {@link #check}, never thrown.
   *
   * @param patience how long closing may go on
   */
  public synchronized void tick(Duration patience) {
    long began = System.nanoTime();
    try {
      recovering(() -> {
        Observation.Swept swept = sweep();
        var beat = new Beat(swept.atMillis(), swept.held());
        while (System.nanoTime() - began < patience.toNanos()
            && steps.closer().closeSome(beat).isPresent()) {
          metrics.add("close_calls", 1);
        }
        return 0;
      });
      if (trouble != null) {
        LOG.info("sampling again");
        trouble = null;
      }
    } catch (RedisException e) {
      if (trouble == null) {
        LOG.warn("can't sample: {}", e.getMessage());
      }
      trouble = String.valueOf(e.getMessage());
      metrics.add("failed_ticks", 1);
    } catch (RuntimeException e) {
      LOG.error("can't sample", e);
      trouble = e.toString();
      metrics.add("failed_ticks", 1);
    }
  }

  /**
   * Samples all known sources at this moment; looks for sources first when it is time.
   *
   * @throws RedisException when Redis is away
   */
  public synchronized void sample() {
    Map<String, Sighting> _ = sampled();
  }

  /** As {@link #sample}; returns what was seen of each source that is ours. */
  public synchronized Map<String, Sighting> sampled() {
    var seen = new HashMap<String, Sighting>();
    recovering(() -> {
      seen.putAll(sweep().seen());
      return sourceCount();
    });
    return seen;
  }

  private Observation.Swept sweep() {
    try {
      Steps today = steps;
      hold();
      discoverWhenDue(today);
      // After discovery: that may take its time.
      var beat = new Beat(clock.millis(), held);
      Observation.Swept swept = today.sampler().sweep(beat, ours(), sources.timed());
      if (gained) {
        // Only now is the owner before shut out: what it opened since is to be closed, too.
        loaded = false;
        gained = false;
      }
      account.accept(swept);
      return swept;
    } catch (RedisException e) {
      account.accept(new Observation.Missed());
      throw e;
    }
  }

  /**
   * Closes every window that has ended; returns how many.
   *
   * @throws RedisException when Redis is away; what is closed by then stays closed
   */
  public synchronized int closeDue() {
    return recovering(() -> {
      hold();
      loadOnce();
      var beat = new Beat(clock.millis(), held);
      int closed = 0;
      WindowCloser closer = steps.closer();
      for (Optional<Integer> some = closer.closeSome(beat);
          some.isPresent();
          some = closer.closeSome(beat)) {
        closed += some.get();
      }
      return closed;
    });
  }

  /**
   * Adds what functions over all values give to windows that are closed, for as long as there is
   * time; returns how many. Sampling does not wait for it.
   *
   * @param patience at most one source's window is begun beyond it
   * @throws RedisException when Redis is away; what is added by then stays added
   */
  public int addFunctions(Duration patience) {
    synchronized (functionsTurn) {
      FunctionPass functions = steps.functions();
      long began = System.nanoTime();
      try {
        int added = 0;
        while (System.nanoTime() - began < patience.toNanos()) {
          Optional<Integer> some = functions.addSome(new Beat(clock.millis(), ownership.held()));
          if (some.isEmpty()) {
            break;
          }
          added += some.get();
        }
        queued.carryOver();
        return added;
      } catch (RuntimeException e) {
        functions.forget();
        throw e;
      }
    }
  }

  /** Looks for sources again at the next sample. */
  public synchronized void discoverSoon() {
    nextDiscovery = Long.MIN_VALUE;
  }

  /** A call that failed may have been carried out: what is open is then read from Redis again. */
  private int recovering(IntSupplier work) {
    try {
      int done = work.getAsInt();
      queued.carryOver();
      return done;
    } catch (RuntimeException e) {
      loaded = false;
      throw e;
    }
  }

  /**
   * What was lost is forgotten; of what was gained Redis knows what is open. The same shards with
   * another epoch were lost and gained since the last look: another instance may have had them.
   */
  private void hold() {
    Held now = ownership.held();
    if (!now.equals(held)) {
      open.retain(now::has);
      if (now.epoch() != held.epoch() || !held.shards().containsAll(now.shards())) {
        loaded = false;
        gained = true;
      }
    }
    held = now;
  }

  private void discoverWhenDue(Steps today) {
    loadOnce();
    long now = clock.millis();
    boolean clockWentBack = nextDiscovery - now > DISCOVERY.toMillis();
    if (!today.equals(foundBy) || now >= nextDiscovery || clockWentBack) {
      Discovery.Found found = today.discovery().find();
      if (!found.sources().equals(sources.sources())) {
        // A past that is driven through looks for sources every few milliseconds.
        LOG.atLevel(mode == Mode.LIVE ? INFO : DEBUG)
            .log("sampling {} live hashes", found.sources().size());
      }
      sources = found;
      findQueued();
      nextDiscovery = now + DISCOVERY.toMillis();
      foundBy = today;
    }
  }

  /**
   * Again when Redis was away for anybody, or other masters serve: what was closed may be open, as
   * it was before, and sources may be where nobody looked.
   */
  private void loadOnce() {
    long disturbances = redis.disturbances();
    if (disturbances != loadedAt) {
      nextDiscovery = Long.MIN_VALUE;
    }
    if (!loaded || disturbances != loadedAt) {
      open.load(redis, held::has);
      findQueued();
      loaded = true;
      loadedAt = disturbances;
    }
  }

  private void findQueued() {
    if (redis.isCluster()) {
      queued.find();
    }
  }
}
