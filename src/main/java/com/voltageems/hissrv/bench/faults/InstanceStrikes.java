package com.voltageems.hissrv.bench.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What becomes of instances and their Redis in one round, drawn from its seed alone. */
final class InstanceStrikes {
  private static final int STEPS_A_WINDOW = 60 / Timeline.STEP;
  private static final List<Answer> STORE_AWAY =
      List.of(Answer.UNAVAILABLE, Answer.HANGING, Answer.RESET, Answer.HALF_WAY, Answer.UNANSWERED);

  private final Instances instances;
  private final Visits visits;
  private final SplittableRandom random;

  /** So that the order of the blows hangs on the seed alone. */
  private final SplittableRandom order;

  private final List<Blow> deck = new ArrayList<>();
  private final List<RedisUnderTest.Fault> redisDeck = new ArrayList<>();
  private final List<Duration> takeOvers = new ArrayList<>();
  private final List<Duration> failOvers = new ArrayList<>();
  private int count;
  private String last = "none";

  private enum Blow {
    KILL,
    DESTROY,
    FREEZE,
    CUT,
    BLIP,
    LEAVE,
    REDIS
  }

  InstanceStrikes(Instances instances, Visits visits, SplittableRandom random) {
    this.instances = instances;
    this.visits = visits;
    this.random = random;
    order = random.split();
  }

  int count() {
    return count;
  }

  String last() {
    return last;
  }

  /** How long nobody sampled what a lost instance had sampled. */
  List<Duration> takeOvers() {
    return takeOvers;
  }

  /** How long nothing was sampled because Redis was away. */
  List<Duration> failOvers() {
    return failOvers;
  }

  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /** One from its beginning to its end: then all instances share the sources again. */
  void strike() {
    count++;
    Instance victim = instances.all().get(random.nextInt(instances.all().size()));
    switch (next()) {
      case KILL -> kill(victim);
      case DESTROY -> destroy(victim);
      case FREEZE -> freeze(victim);
      case CUT -> cut(victim);
      case BLIP -> blip(victim);
      case LEAVE -> leave(victim);
      case REDIS -> redis();
    }
    awaitShared();
  }

  /** Each kind once before one comes again. */
  private Blow next() {
    if (deck.isEmpty()) {
      deck.addAll(List.of(Blow.values()));
      instances.redis().faults().stream().skip(1).forEach(_ -> deck.add(Blow.REDIS));
    }
    return deck.remove(order.nextInt(deck.size()));
  }

  private void kill(Instance victim) {
    begin("kill -9 of " + victim.name());
    boolean away = storeAway();
    lost(victim, victim::kill);
    storeBack(away);
    victim.startAgain(visits.now() * 1_000);
  }

  private void destroy(Instance victim) {
    boolean comesBack = random.nextBoolean();
    begin(
        "kill -9 of %s, with its data directory; %s"
            .formatted(victim.name(), comesBack ? "it comes back empty" : "another one joins"));
    boolean away = storeAway();
    boolean soon = comesBack && random.nextBoolean();
    if (soon) {
      struck(victim::kill);
      victim.destroyData();
      victim.startAgain(visits.now() * 1_000);
      instances.awaitAllSampled(false);
      storeBack(away);
      return;
    }
    lost(victim, victim::kill);
    victim.destroyData();
    storeBack(away);
    if (comesBack) {
      victim.startAgain(visits.now() * 1_000);
    } else {
      instances.leave(victim);
      instances.join();
    }
  }

  private void freeze(Instance victim) {
    begin("SIGSTOP of " + victim.name() + " past its leases");
    boolean away = storeAway();
    lost(
        victim,
        () -> {
          victim.isAway();
          victim.signal("STOP");
        });
    storeBack(away);
    instances.steps(between(1, 2 * STEPS_A_WINDOW));
    victim.signal("CONT");
    victim.isBack();
  }

  private void cut(Instance victim) {
    Wires.State how = random.nextBoolean() ? Wires.State.BROKEN : Wires.State.SILENT;
    begin(victim.name() + " is cut off from Redis (" + how + ") past its leases");
    boolean away = storeAway();
    lost(
        victim,
        () -> {
          victim.isAway();
          victim.wires().cut(how);
        });
    storeBack(away);
    instances.steps(between(1, 2 * STEPS_A_WINDOW));
    victim.wires().mend();
    victim.isBack();
  }

  /** Too short for anybody to take over, mostly. */
  private void blip(Instance victim) {
    int millis = between(50, 1_500);
    boolean frozen = random.nextBoolean();
    begin(
        "%s %s for %d ms".formatted(victim.name(), frozen ? "stands still" : "is cut off", millis));
    struck(() -> {
      if (frozen) {
        victim.signal("STOP");
        Rig.pause(millis);
        victim.signal("CONT");
      } else {
        victim.wires().cut(Wires.State.BROKEN);
        Rig.pause(millis);
        victim.wires().mend();
      }
    });
    instances.awaitAllSampled(false);
  }

  private void leave(Instance victim) {
    begin(victim.name() + " is stopped in good order");
    if (!victim.stop()) {
      throw new Rig.Stuck(victim.name() + " does not stop");
    }
    instances.awaitAllSampled(random.nextBoolean());
    instances.steps(between(1, STEPS_A_WINDOW));
    victim.startAgain(visits.now() * 1_000);
  }

  private void redis() {
    RedisUnderTest redis = instances.redis();
    if (redisDeck.isEmpty()) {
      redisDeck.addAll(redis.faults());
    }
    RedisUnderTest.Fault fault = redisDeck.remove(order.nextInt(redisDeck.size()));
    begin(fault.words());
    if (redis.hasForgotten()) {
      visits.forgotten(visits.start());
    }
    instances.writeLiveValues();
    redis.awaitReplicated();
    long from = visits.now();
    if (fault == RedisUnderTest.Fault.LATE_FAIL_OVER) {
      redis.holdReplicas();
      instances.steps(between(1, 2 * STEPS_A_WINDOW));
    }
    long began = System.nanoTime();
    var _ = instances.sample(() -> redis.strike(fault), between(0, 12));
    redis.awaitMaster();
    instances.awaitAllSampled(random.nextBoolean());
    if (fault != RedisUnderTest.Fault.SLOT_MOVE) {
      failOvers.add(Duration.ofNanos(System.nanoTime() - began));
    }
    redis.mend();
    instances.awaitAllSampled(false);
    if (fault.forgets()) {
      visits.forgotten(from);
      instances.awaitAllSampled(false);
    }
  }

  /** It is lost at this moment; returns when others sample what it had sampled. */
  private void lost(Instance victim, Runnable strike) {
    boolean hadSome = !victim.sources().isEmpty();
    boolean flows = random.nextBoolean();
    long began = System.nanoTime();
    struck(strike);
    if (flows) {
      visits.step();
    }
    instances.awaitAllSampled(flows);
    if (hadSome) {
      takeOvers.add(Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private void struck(Runnable strike) {
    var _ = instances.sample(strike, random.nextInt(12));
  }

  /** So that windows are in an instance's hands alone, and in Redis. */
  private boolean storeAway() {
    boolean away = random.nextBoolean();
    if (away) {
      Answer answer = STORE_AWAY.get(random.nextInt(STORE_AWAY.size()));
      last = last + ", while the store answers " + answer;
      instances.influx().proxy().answers(answer);
      instances.steps(between(STEPS_A_WINDOW + 1, 2 * STEPS_A_WINDOW));
    }
    return away;
  }

  private void storeBack(boolean away) {
    if (away) {
      instances.influx().proxy().answers(Answer.WELL);
    }
  }

  private void awaitShared() {
    long until = System.nanoTime() + Instances.TAKE_OVER.toNanos();
    instances.awaitAllSampled(false);
    while (instances.all().stream().anyMatch(one -> one.sources().isEmpty())) {
      if (System.nanoTime() > until) {
        throw new Rig.Stuck("an instance does not get its share");
      }
      Rig.pause(50);
      instances.awaitAllSampled(false);
    }
  }

  private void begin(String fault) {
    last = fault;
  }
}
