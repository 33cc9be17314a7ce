package com.voltageems.hissrv.app;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.deliver.Deliverer;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.WriteBuffer;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.influx.LevelBuckets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The second store, {@code store.also}: all that the first one gets comes into an outbox of its
 * own, and goes on from there at its own pace. It is asked only what a deletion means to it.
 */
final class AlsoStore implements AutoCloseable {
  static final String FILE = "also.db";

  private final Outbox outbox;
  private final HistoryStore store;
  private final WriteBuffer buffer;
  private final Metrics metrics = new Metrics();
  private final Deliverer deliverer;
  private @Nullable Thread delivering;

  private AlsoStore(
      Path data, HistoryStore store, PerformanceConfig settings, InstantSource clock) {
    this.store = store;
    outbox = new Outbox(data.resolve(FILE), clock);
    buffer = new WriteBuffer(settings.writeBufferSize());
    deliverer = new Deliverer(outbox, store, settings, buffer, metrics);
  }

  /** The one that the configuration names, if any. Nothing need be there yet. */
  static Optional<AlsoStore> of(Config config, InstantSource clock) {
    return config
        .store()
        .also()
        .map(also ->
            new AlsoStore(
                config.store().path(), LevelBuckets.open(also), config.performance(), clock));
  }

  Outbox outbox() {
    return outbox;
  }

  HistoryStore store() {
    return store;
  }

  Metrics metrics() {
    return metrics;
  }

  void reconfigure(PerformanceConfig settings) {
    deliverer.reconfigure(settings);
    buffer.resize(settings.writeBufferSize());
  }

  void start() {
    delivering = Thread.ofVirtual().name("deliver-also").start(deliverer::run);
  }

  /** Brings what is there to the store, beside whoever asks for it. */
  Thread drain() {
    return Thread.startVirtualThread(() -> {
      Deliverer.Progress _ = deliverer.deliver();
    });
  }

  /** Runs work while nothing is on its way to it; throws as {@link Deliverer#apart} does. */
  void apart(Duration patience, Runnable work) {
    deliverer.apart(patience, work);
  }

  /** Returns when nothing is on its way any more. */
  void stop() {
    Thread run = delivering;
    if (run != null) {
      run.interrupt();
      Deadline.join(run);
    }
  }

  List<Component> components() {
    return List.of(new Named(outbox), new Named(deliverer), new Named(store));
  }

  @Override
  public void close() {
    outbox.close();
    store.close();
  }

  /** As the first store's, with another name. */
  private record Named(Component part) implements Component {
    @Override
    public String name() {
      return "also_" + part.name();
    }

    @Override
    public CheckResult check() {
      return part.check();
    }
  }
}
