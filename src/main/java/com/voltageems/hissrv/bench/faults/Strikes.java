package com.voltageems.hissrv.bench.faults;

import java.util.List;
import java.util.SplittableRandom;

/** The faults of one round, drawn from its seed alone. */
final class Strikes {
  private static final int STEPS_A_WINDOW = 60 / Timeline.STEP;
  private static final int PATIENCE_MILLIS = 3_000;

  private final Rig rig;
  private final Timeline timeline;
  private final SplittableRandom random;
  private int count;
  private int unfelt;
  private String last = "none";

  Strikes(Rig rig, Timeline timeline, SplittableRandom random) {
    this.rig = rig;
    this.timeline = timeline;
    this.random = random;
  }

  int count() {
    return count;
  }

  /** How many answers of the store nobody had asked for before they ended. */
  int unfelt() {
    return unfelt;
  }

  String last() {
    return last;
  }

  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /** One fault from its beginning to its end, with another within it now and then. */
  void strike() {
    int dice = random.nextInt(100);
    if (dice < 52) {
      store();
    } else if (dice < 66) {
      kill(false);
    } else if (dice < 74) {
      kill(true);
    } else if (dice < 84) {
      redis();
    } else if (dice < 91) {
      fullDisk();
    } else if (dice < 96) {
      freeze();
    } else {
      clock();
    }
  }

  private void store() {
    Answer answer = rig.faults().get(random.nextInt(rig.faults().size()));
    begin("the store answers " + answer);
    rig.storeAnswers(answer);
    rig.steps(between(STEPS_A_WINDOW + 1, 2 * STEPS_A_WINDOW + 2));
    awaitFelt();
    Rig.pause(between(0, 500));
    if (random.nextInt(4) == 0) {
      String outer = last;
      strikeWithin();
      last = last + ", while " + outer;
      rig.steps(between(1, 6));
    }
    rig.storeAnswers(Answer.WELL);
  }

  private void strikeWithin() {
    switch (random.nextInt(4)) {
      case 0 -> kill(random.nextBoolean());
      case 1 -> redis();
      case 2 -> fullDisk();
      default -> freeze();
    }
  }

  private void kill(boolean torn) {
    begin(torn ? "kill -9 with a torn tail" : "kill -9");
    boolean taken = rig.sampleWhile(random.nextInt(12), rig::killService);
    SplittableRandom bytes = random.split();
    if (torn) {
      WalTail.tear(rig.data().resolve("outbox.db-wal"), bytes);
    }
    rig.startService();
    afterwards(taken);
  }

  private void redis() {
    begin("Redis is killed and started again");
    boolean taken = rig.sampleWhile(random.nextInt(12), rig::killRedis);
    Rig.pause(between(20, 600));
    rig.startRedis();
    afterwards(taken);
  }

  private void freeze() {
    begin("SIGSTOP");
    int millis = between(200, 3_000);
    afterwards(rig.sampleWhile(random.nextInt(12), () -> rig.freezeService(millis)));
  }

  private void fullDisk() {
    begin("the disk is full");
    rig.limitFiles(List.of("0", "4096", "50000").get(random.nextInt(3)));
    rig.steps(between(STEPS_A_WINDOW + 1, 2 * STEPS_A_WINDOW + 2));
    Rig.pause(between(100, 900));
    rig.limitFiles("unlimited");
  }

  private void clock() {
    int seconds = Timeline.STEP * between(3, 18) * (random.nextBoolean() ? 1 : -1);
    begin("the clock is set by " + seconds + " s");
    timeline.jump(seconds);
  }

  private void begin(String fault) {
    count++;
    last = fault;
  }

  /** The sample at hand is taken again unless it was; then some may be missed. */
  private void afterwards(boolean taken) {
    if (taken) {
      timeline.visited();
    } else {
      rig.sample();
    }
    timeline.step();
    timeline.skip(random.nextInt(2) == 0 ? 0 : between(1, 4));
  }

  /** Until a write met the store's answer. */
  private void awaitFelt() {
    long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    while (rig.felt().orElse(1) == 0) {
      if (System.nanoTime() > until) {
        unfelt++;
        return;
      }
      Rig.pause(10);
    }
  }
}
