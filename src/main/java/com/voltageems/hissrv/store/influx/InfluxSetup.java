package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.Retention;
import com.voltageems.hissrv.model.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Makes the place in InfluxDB where history goes, or says that it is there. What it finds it leaves
 * as it is: a retention is never shortened. Throws {@link
 * com.voltageems.hissrv.store.StoreException}.
 */
public final class InfluxSetup implements AutoCloseable {
  private final InfluxConfig config;
  private final Kept kept;
  private final Server server;

  /**
   * Runs the set-up of every bucket that a configuration names.
   *
   * @param levels what will be written there; each bucket is kept as long as its longest
   * @param makes whether what is missing is made
   */
  public static Done runAll(
      InfluxConfig config, Retention retention, Collection<Level> levels, boolean makes) {
    var steps = new ArrayList<SetupStep>();
    String product = "";
    var names = new LinkedHashMap<String, List<Level>>();
    names.put("", new ArrayList<>());
    config.buckets().values().stream().sorted().forEach(name -> names.put(name, new ArrayList<>()));
    for (Level level : levels) {
      names
          .computeIfAbsent(config.buckets().getOrDefault(level, ""), _ -> new ArrayList<>())
          .add(level);
    }
    for (var bucket : names.entrySet()) {
      InfluxConfig there = bucket.getKey().isEmpty() ? config : config.in(bucket.getKey());
      try (var setup = new InfluxSetup(there, retention.ofAll(bucket.getValue()))) {
        steps.addAll(setup.run(makes));
        product = setup.product();
      }
    }
    return new Done(product, steps);
  }

  /**
   * What a set-up found and did.
   *
   * @param product what the server calls itself; empty when it does not say
   */
  public record Done(String product, List<SetupStep> steps) {
    /** Copies the list. */
    public Done {
      steps = List.copyOf(steps);
    }
  }

  /**
   * @param retention of what is made; empty for ever
   */
  public InfluxSetup(InfluxConfig config, Optional<Duration> retention) {
    this.config = config;
    kept = new Kept(retention);
    server = new Server(config);
  }

  /**
   * All that is needed, in order.
   *
   * @param makes whether what is missing is made
   */
  public List<SetupStep> run(boolean makes) {
    InfluxConfig.Access access = config.access();
    return switch (server.version()) {
      case V3 -> new CoreSetup(server, access, kept, makes).run();
      case V2 ->
          server.hasDatabases()
              ? new DatabaseSetup(server, access, kept, makes).run()
              : new BucketSetup(server, access, kept, makes).run();
      case V1, AUTO -> new DatabaseSetup(server, access, kept, makes).run();
    };
  }

  /** What the server calls itself; empty when it was not asked or does not say. */
  public String product() {
    return server.product();
  }

  @Override
  public void close() {
    server.close();
  }
}
