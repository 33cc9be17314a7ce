package com.voltageems.hissrv.app;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.influx.InfluxSetup;
import com.voltageems.hissrv.store.influx.InfluxStore;
import com.voltageems.hissrv.store.influx.LevelBuckets;
import com.voltageems.hissrv.store.influx.SetupStep;
import com.voltageems.hissrv.store.influx.SetupStep.Outcome;
import com.voltageems.hissrv.transform.CatalogException;
import com.voltageems.hissrv.transform.TypeGuard;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What InfluxDB must be asked as soon as it answers, and now and then: the types of its fields,
 * which the guard then holds to; whether all is there that is needed; whether a tag has too many
 * values. The embedded store has no such things.
 */
final class StoreFacts {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFacts.class);
  private static final Duration UNTIL_KNOWN = Duration.ofSeconds(5);
  private static final Duration ONCE_KNOWN = Duration.ofMinutes(10);

  /** Of one tag: from here on each value costs the server memory that it may not have. */
  private static final int MANY_VALUES = 10_000;

  private final HistoryStore store;
  private final Config config;
  private final TypeGuard types;
  private final Set<String> told = new TreeSet<>();
  private boolean looked;
  private volatile boolean known;

  StoreFacts(HistoryStore store, Config config, TypeGuard types) {
    this.store = store;
    this.config = config;
    this.types = types;
  }

  /** When to ask again. */
  Duration period() {
    return known ? ONCE_KNOWN : UNTIL_KNOWN;
  }

  /** Never throws: what can't be had now is asked for again. */
  synchronized void learn() {
    List<InfluxStore> buckets = LevelBuckets.partsOf(store);
    if (buckets.isEmpty()) {
      known = true;
      return;
    }
    try {
      if (!looked) {
        look();
        looked = true;
      }
      buckets.forEach(this::learnTypes);
      known = true;
      buckets.forEach(this::tellOfManyValues);
    } catch (StoreException | CatalogException e) {
      LOG.debug("InfluxDB's fields are learnt later", e);
    }
  }

  private void learnTypes(InfluxStore bucket) {
    bucket
        .fieldTypes()
        .forEach((measurement, fields) ->
            fields.forEach((field, type) -> types.learn(measurement, field, type)));
  }

  private void tellOfManyValues(InfluxStore bucket) {
    bucket.tagsOfMoreThan(MANY_VALUES).stream()
        .filter(told::add)
        .forEach(tag ->
            LOG.warn(
                "tag {} has more than {} values in InfluxDB, each with series that cost it memory",
                tag,
                MANY_VALUES));
  }

  private void look() {
    try {
      InfluxSetup.runAll(
              config.influxdb().orElseThrow(),
              config.store().retention(),
              config.aggregation().levels(),
              false)
          .steps()
          .stream()
          .filter(step -> step.outcome() != Outcome.FOUND)
          .forEach(StoreFacts::tell);
    } catch (StoreException e) {
      if (e.retryable()) {
        throw e;
      }
      LOG.info("whether InfluxDB is set up can't be told: {}", e.getMessage());
    }
  }

  private static void tell(SetupStep step) {
    if (step.outcome() == Outcome.MISSING) {
      LOG.warn("InfluxDB lacks the {}; ./hissrv influx init makes it", step.what());
    } else {
      LOG.warn("InfluxDB: {}", step.what());
    }
  }
}
