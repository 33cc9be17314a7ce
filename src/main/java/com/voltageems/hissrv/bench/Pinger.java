package com.voltageems.hissrv.bench;

import com.voltageems.hissrv.demo.LoadSite;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A second client that asks for PING after PING while something else is done. */
final class Pinger {
  private Pinger() {}

  static double worstMillisDuring(LoadSite site, Runnable work) {
    var done = new AtomicBoolean();
    var worst = new AtomicLong();
    Thread pinging =
        Thread.ofPlatform()
            .start(() -> {
              while (!done.get()) {
                long began = System.nanoTime();
                site.ping();
                worst.accumulateAndGet(System.nanoTime() - began, Math::max);
              }
            });
    try {
      work.run();
    } finally {
      done.set(true);
    }
    try {
      pinging.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return worst.get() / 1e6;
  }
}
