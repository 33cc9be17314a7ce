package com.voltageems.hissrv.app;

import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.config.SharedConfig.Kept;
import com.voltageems.hissrv.config.SharedConfigException;
import com.voltageems.hissrv.lease.ConfigInRedis;
import com.voltageems.hissrv.redis.RedisConnection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before anything is built: the run-time changes that other instances made while this one was not
 * there, or that its lost disk had. Else what only a start takes up would wait for the next.
 */
final class SharedStart {
  private static final Logger LOG = LoggerFactory.getLogger(SharedStart.class);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private SharedStart() {}

  /** Where Redis does not answer the last known ones go on. */
  static LiveConfig caughtUp(LiveConfig live) {
    if (!live.current().lease().enabled()) {
      return live;
    }
    try (var redis = new RedisConnection(live.current().redis())) {
      var place = new ConfigInRedis(redis, () -> live.current().lease().instance());
      var found = new AtomicReference<@Nullable Kept>();
      Thread asking =
          Thread.startVirtualThread(() -> {
            try {
              found.set(place.read());
            } catch (SharedConfigException e) {
              LOG.debug("Redis does not answer yet", e);
            }
          });
      boolean _ = asking.join(PATIENCE);
      Kept kept = found.get();
      if (kept == null) {
        LOG.warn("Redis can't be asked for run-time changes yet: the last known ones go on");
      } else {
        live.startFrom(place, kept);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return live;
  }
}
