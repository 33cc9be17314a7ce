package com.voltageems.hissrv.bench;

import com.voltageems.hissrv.demo.LoadSite;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A site whose every value changes once a second. */
final class LiveSite implements AutoCloseable {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final LoadSite site;
  private final InstantSource clock;
  private @Nullable Thread thread;

  LiveSite(String redisUrl, int channels, int points, long seed, InstantSource clock) {
    site = new LoadSite(redisUrl, channels, points, false, seed);
    this.clock = clock;
  }

  void start() {
    thread = Thread.ofPlatform().name("site").start(this::run);
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    site.close();
  }

  private void run() {
    try {
      while (true) {
        site.write(clock.millis());
        Thread.sleep(SECOND);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
