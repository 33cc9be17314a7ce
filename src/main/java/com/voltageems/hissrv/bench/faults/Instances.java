package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.redis.Script;
import com.voltageems.hissrv.redis.ScriptCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several instances on one Redis and one InfluxDB; what can be done to them. */
final class Instances implements AutoCloseable {
  /** Within this all sources must be sampled by somebody again, whatever happened. */
  static final Duration TAKE_OVER = Duration.ofSeconds(60);

  private static final Script WRITE =
      Script.of(
          """
          redis.call('DEL', KEYS[1])
          if #ARGV > 0 then redis.call('HSET', KEYS[1], unpack(ARGV)) end
          return 1
          """);

  private final Path folder;
  private final SampleLog log;
  private final Visits visits;
  private final RedisUnderTest redis;
  private final InfluxUnderTest influx;
  private final RedisConnection direct;
  private final List<Instance> all = new ArrayList<>();
  private int names;

  Instances(Path folder, SampleLog log, Visits visits, RedisUnderTest redis, int count) {
    this.folder = folder;
    this.log = log;
    this.visits = visits;
    this.redis = redis;
    influx = new InfluxUnderTest(folder);
    direct = new RedisConnection(redis.url(port -> port));
    try {
      List<Callable<Instance>> prepared = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        prepared.add(prepared());
      }
      all.addAll(sideBySide(prepared));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  RedisUnderTest redis() {
    return redis;
  }

  InfluxUnderTest influx() {
    return influx;
  }

  /** Redis as it looks from outside. */
  RedisConnection direct() {
    return direct;
  }

  /** All that have a data directory. */
  List<Instance> all() {
    return all;
  }

  /** One more, with an empty data directory. */
  void join() {
    all.addAll(sideBySide(List.of(prepared())));
  }

  private Callable<Instance> prepared() {
    String name = "i" + ++names;
    long millis = visits.now() * 1_000;
    try {
      Path own = Files.createDirectory(folder.resolve(name));
      var wires = new Wires(redis.ports());
      Files.writeString(own.resolve("hissrv.yml"), configuration(name, own, wires));
      return () -> new Instance(name, own, wires, millis);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops them in good order; the names of those that do not. */
  List<String> stop() {
    List<Callable<Optional<String>>> stops = new ArrayList<>();
    all.forEach(one -> stops.add(() -> one.stop() ? Optional.empty() : Optional.of(one.name())));
    return sideBySide(stops).stream().flatMap(Optional::stream).toList();
  }

  private static <T> List<T> sideBySide(List<Callable<T>> work) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ArrayList<T>();
      for (Future<T> one : threads.invokeAll(work)) {
        done.add(one.get());
      }
      return done;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** It does not come back. */
  void leave(Instance gone) {
    gone.close();
    all.remove(gone);
  }

  /** Moments at which every source is sampled. */
  void steps(int count) {
    for (int i = 0; i < count; i++) {
      awaitAllSampled(false);
      visits.step();
    }
  }

  /**
   * Until every source is sampled by somebody.
   *
   * @param flows whether sample time goes on meanwhile, else it waits
   * @throws Rig.Stuck when that takes too long
   */
  void awaitAllSampled(boolean flows) {
    long until = System.nanoTime() + TAKE_OVER.toNanos();
    Set<String> missing = missing(sample(() -> {}, 0));
    while (!missing.isEmpty()) {
      if (System.nanoTime() > until) {
        throw new Rig.Stuck("nobody samples " + missing);
      }
      Rig.pause(flows ? 100 : 30);
      if (flows) {
        visits.step();
      }
      missing = missing(sample(() -> {}, 0));
    }
  }

  private Set<String> missing(Set<String> seen) {
    var missing = new TreeSet<String>();
    log.sources().forEach(source -> missing.add(source.key()));
    missing.removeAll(seen);
    return missing;
  }

  /**
   * All that are well sample at this moment, side by side.
   *
   * @param strike is done meanwhile
   * @param delay milliseconds after they were told
   * @return what was sampled for sure
   */
  Set<String> sample(Runnable strike, int delay) {
    writeLiveValues();
    List<Instance> told = all.stream().filter(Instance::isWell).toList();
    told.forEach(instance -> instance.tellToSample(visits.now()));
    Thread striking =
        Thread.ofPlatform()
            .start(() -> {
              Rig.pause(delay);
              strike.run();
            });
    var seen = new TreeSet<String>();
    boolean allTold = true;
    for (Instance instance : told) {
      Optional<Set<String>> some = instance.sampled();
      some.ifPresent(seen::addAll);
      allTold &= some.isPresent();
    }
    try {
      striking.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    visits.sampled(seen);
    if (!allTold) {
      visits.tried();
    }
    return seen;
  }

  /** The values of this moment, each hash at once. */
  void writeLiveValues() {
    List<ScriptCall> calls = new ArrayList<>();
    log.hashesAt(visits.now())
        .forEach((key, fields) -> {
          var arguments = new ArrayList<String>();
          fields.forEach((name, value) -> arguments.addAll(List.of(name, value)));
          calls.add(new ScriptCall(List.of(key), arguments));
        });
    long until = System.nanoTime() + TAKE_OVER.toNanos();
    while (true) {
      try {
        var _ = direct.eval(WRITE, calls);
        return;
      } catch (RedisException e) {
        if (System.nanoTime() > until) {
          throw e;
        }
        Rig.pause(50);
      }
    }
  }

  @Override
  public void close() {
    all.forEach(Instance::close);
    direct.close();
    influx.close();
    redis.close();
  }

  private String configuration(String name, Path own, Wires wires) {
    return """
    redis: {url: "%s"}
    sources: {interval: %ds}
    lease: {enabled: true, ttl: 3s, shards: 16, instance: %s}
    service: {polling_interval: 100ms}
    performance: {batch_timeout: 50ms}
    store: {type: influxdb, path: "%s"}
    %s
    mappings:
    %s
    """
        .formatted(
            redis.url(wires::to),
            Timeline.STEP,
            name,
            own.resolve("data"),
            influx.section(),
            Rig.MAPPINGS);
  }
}
