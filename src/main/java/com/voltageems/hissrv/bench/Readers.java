package com.voltageems.hissrv.bench;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** People who look: each asks once a second. */
final class Readers implements AutoCloseable {
  private static final long SECOND = 1_000;
  private static final int ROWS = 1_440;

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong asked = new AtomicLong();
  private volatile boolean ended;

  Readers(int readers, Questions questions, Supplier<String> question) {
    for (int i = 0; i < readers; i++) {
      long offset = i * SECOND / readers;
      threads.add(Thread.ofVirtual().start(() -> ask(questions, question, offset)));
    }
  }

  private void ask(Questions questions, Supplier<String> question, long offset) {
    try {
      QueryBench.pause(offset);
      while (true) {
        double millis = questions.millis(question.get(), ROWS);
        asked.incrementAndGet();
        QueryBench.pause(Math.max(1, SECOND - (long) millis));
      }
    } catch (CancellationException | UncheckedIOException e) {
      if (!ended) {
        throw e;
      }
    }
  }

  /** Questions that were answered. */
  long asked() {
    return asked.get();
  }

  @Override
  public void close() {
    ended = true;
    threads.forEach(Thread::interrupt);
  }
}
