package com.voltageems.hissrv.demo;

import com.voltageems.hissrv.app.DataFolder;
import com.voltageems.hissrv.app.DataFolderException;
import com.voltageems.hissrv.app.FolderLock;
import com.voltageems.hissrv.app.HisSrv;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The whole product on one machine within seconds: a private real Redis, a simulated plant, the
 * pipeline on the embedded store, the API.
 */
public final class Demo {
  private final DemoOptions options;
  private final PrintStream out;
  private final InstantSource clock;
  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * @param out where it tells what it does
   */
  public Demo(DemoOptions options, PrintStream out, InstantSource clock) {
    this.options = options;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Runs until the limit or {@link #stop}, and leaves no process behind.
   *
   * @throws DemoException when the surroundings don't let it
   * @throws DataFolderException when the folder for the history can't be had
   */
  public void run() {
    RunFolder.sweep(out);
    verifyPortIsFree();
    Path kept = options.data();
    try (FolderLock _ = kept == null ? null : DataFolder.claim(kept);
        var folder = RunFolder.create();
        var redis = PrivateRedis.start(folder.path())) {
      out.printf("A private Redis 7 listens on 127.0.0.1:%d.%n", redis.port());
      run(folder.path(), redis);
    }
    out.println("Stopped; nothing is left running.");
  }

  /** Asks {@link #run} to end. */
  public void stop() {
    stop.countDown();
  }

  private void run(Path folder, PrivateRedis redis) {
    Path data = options.data() == null ? folder.resolve("data") : options.data();
    LiveConfig config = DemoConfig.load(folder, redis.url(), data, options.port());
    try (var plant =
        new LivePlant(
            new Plant(ZoneId.systemDefault().getRules().getOffset(clock.instant())),
            redis.url(),
            clock)) {
      backfill(config.current(), plant, redis);
      plant.start();
      if (stop.getCount() == 0) {
        return;
      }
      try (HisSrv service = HisSrv.live(config, clock)) {
        service.start();
        new DemoGuide(out, service.port(), redis.port()).print(options.data());
        await();
        out.println("Stopping: bringing what is in hand to the store …");
      }
    }
  }

  private void backfill(Config config, LivePlant plant, PrivateRedis redis) {
    if (options.backfill().isZero()) {
      return;
    }
    Instant end = clock.instant();
    var progress = Progress.on(out, "Back-filling history");
    try (var client = RedisClient.create(redis.url())) {
      new Backfill(config, plant, client)
          .run(end.minus(options.backfill()), end, progress, () -> stop.getCount() == 0);
    } catch (StoreException | RedisException | JedisException e) {
      throw new DemoException("Can't back-fill: " + e.getMessage(), e);
    }
  }

  private void await() {
    try {
      Duration limit = options.limit();
      if (limit == null) {
        stop.await();
      } else {
        boolean _ = stop.await(limit.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Said before the long work, not after it. */
  private void verifyPortIsFree() {
    try (var _ = new ServerSocket(options.port(), 1, InetAddress.getLoopbackAddress())) {
      return;
    } catch (IOException e) {
      throw new DemoException(
          "Port " + options.port() + " is taken by another program; choose one with --port.", e);
    }
  }
}
