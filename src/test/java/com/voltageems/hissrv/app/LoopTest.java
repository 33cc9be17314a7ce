package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.testkit.Await;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopTest {
  private static Loop loop(Runnable work) {
    return new Loop("test", Duration.ofMillis(20), InstantSource.system(), work);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void workThatThrowsGoesOnAtTheNextBeat(boolean error) {
    var beats = new AtomicInteger();
    var loop =
        loop(() -> {
          beats.incrementAndGet();
          if (error) {
            throw new NoClassDefFoundError("a plug-in's");
          }
          throw new IllegalStateException("a defect");
        });
    loop.start();
    Await.until("it beats again", Duration.ofSeconds(10), () -> beats.get() > 2);
    loop.stop(Duration.ofSeconds(10));
  }

  @Test
  void stoppingLetsTheWorkAtHandFinish() {
    var began = new AtomicBoolean();
    var finished = new AtomicBoolean();
    var loop =
        loop(() -> {
          began.set(true);
          Await.pause(Duration.ofMillis(300));
          finished.set(true);
        });
    loop.start();
    Await.until("it began", Duration.ofSeconds(10), began::get);
    loop.stop(Duration.ofSeconds(10));
    assertThat(finished).isTrue();
  }

  @Test
  void aLongPeriodThatBecomesShortIsNotWaitedForToItsEnd() {
    var beats = new AtomicInteger();
    var period = new AtomicReference<>(Duration.ofDays(300));
    var loop = new Loop("test", period::get, InstantSource.system(), beats::incrementAndGet);
    loop.start();
    Await.pause(Duration.ofMillis(100));
    assertThat(beats).hasValue(0);
    period.set(Duration.ofMillis(20));
    Await.until("it beats in the new period", Duration.ofSeconds(10), () -> beats.get() > 2);
    loop.stop(Duration.ofSeconds(10));
  }
}
