package com.voltageems.hissrv.bench.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One of several services, with its own data directory and its own ways to Redis. */
final class Instance implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final String name;
  private final Path folder;
  private final Wires wires;
  private Victim victim;

  /** Whether it is expected to answer; set by a strike, also while an answer is awaited. */
  private volatile boolean well = true;

  /** Answers that nobody waited for any more. */
  private int owed;

  private Set<String> sources = Set.of();

  /**
   * Starts it.
   *
   * @param folder of its configuration, {@code hissrv.yml}, and its data
   */
  Instance(String name, Path folder, Wires wires, long millis) {
    this.name = name;
    this.folder = folder;
    this.wires = wires;
    victim = start(millis);
  }

  private Victim start(long millis) {
    return Victim.start(folder, folder.resolve("hissrv.yml"), millis, Answer.WELL);
  }

  String name() {
    return name;
  }

  Path data() {
    return folder.resolve("data");
  }

  Wires wires() {
    return wires;
  }

  /** What it sampled when it answered last. */
  Set<String> sources() {
    return sources;
  }

  boolean isWell() {
    return well;
  }

  /** Whoever waits for an answer waits no more. */
  void isAway() {
    well = false;
  }

  void tellToSample(long second) {
    boolean _ = victim.tell("share " + second * 1_000);
  }

  /** What it sampled; empty when it failed, has ended or is away. */
  Optional<Set<String>> sampled() {
    long until = System.nanoTime() + PATIENCE.toNanos();
    Optional<String> answer = victim.answer(LOOK);
    while (answer.isEmpty() && well && victim.isAlive()) {
      if (System.nanoTime() > until) {
        throw new Rig.Stuck(name + " does not answer within " + PATIENCE.toSeconds() + " s");
      }
      answer = victim.answer(LOOK);
    }
    if (answer.isEmpty() && victim.isAlive()) {
      owed++;
    }
    Optional<Set<String>> seen =
        answer
            .filter(text -> text.startsWith(ServiceUnderTest.SAMPLED))
            .map(text -> text.substring(ServiceUnderTest.SAMPLED.length()))
            .map(text -> text.isEmpty() ? Set.of() : new TreeSet<>(List.of(text.split(","))));
    seen.ifPresent(some -> sources = some);
    return seen;
  }

  /** Entries and points on their way here; empty when it does not answer. */
  Optional<String> waiting() {
    return victim.ask("waiting", PATIENCE);
  }

  /** What the ledger says is missing between two moments, in seconds. */
  String gaps(long from, long to) {
    return ledger(ServiceUnderTest.GAPS, from, to);
  }

  /** Which windows its ledger says miss samples between two moments, in seconds. */
  String interrupted(long from, long to) {
    return ledger(ServiceUnderTest.INTERRUPTED, from, to);
  }

  private String ledger(String question, long from, long to) {
    Optional<String> answer = victim.ask(question + from + "," + to, PATIENCE);
    return answer
        .filter(text -> text.startsWith(question))
        .map(text -> text.substring(question.length()))
        .orElseThrow(() ->
            new Rig.Stuck(
                "%s does not tell what its ledger says: %s"
                    .formatted(name, answer.orElse("no answer"))));
  }

  /** It answers again, what it owes first. */
  void isBack() {
    for (; owed > 0; owed--) {
      if (victim.answer(PATIENCE).isEmpty()) {
        throw new Rig.Stuck(name + " does not answer within " + PATIENCE.toSeconds() + " s");
      }
    }
    well = true;
  }

  void kill() {
    well = false;
    victim.kill();
    owed = 0;
  }

  boolean stop() {
    well = false;
    return victim.stop();
  }

  void signal(String signal) {
    victim.signal(signal);
  }

  /** Its disk is gone for good. */
  void destroyData() {
    try (var files = Files.walk(data())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On what is in its folder, where it was killed or stopped. */
  void startAgain(long millis) {
    victim = start(millis);
    well = true;
  }

  @Override
  public void close() {
    victim.close();
    wires.close();
  }
}
