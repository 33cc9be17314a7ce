package com.voltageems.hissrv.query;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One who listens to live values. What is not taken in time is replaced by what is newer: however
 * slow the listener, no more than one of each source waits.
 */
public final class LiveListener implements AutoCloseable {
  private final LiveRequest request;
  private final Consumer<LiveListener> onClose;
  private final Map<String, LiveValues> waiting = new LinkedHashMap<>();
  private boolean isNew = true;
  private boolean ended;
  private @Nullable String trouble;
  private @Nullable Status status;

  LiveListener(LiveRequest request, Consumer<LiveListener> onClose) {
    this.request = request;
    this.onClose = onClose;
  }

  /**
   * Whether values come.
   *
   * @param trouble why not; null when they do
   * @param sources of how many all that there is was just told; 0 with trouble
   */
  public record Status(@Nullable String trouble, int sources) {}

  /**
   * What is new.
   *
   * @param values of each source and rule at most one
   * @param status null where nothing has changed about it; it comes after the values
   * @param ended whether nothing comes any more
   */
  public record News(List<LiveValues> values, @Nullable Status status, boolean ended) {}

  LiveRequest request() {
    return request;
  }

  /** Waits for news; there may be none in them when it has waited long enough. */
  public synchronized News next(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (waiting.isEmpty() && status == null && !ended) {
      long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    var news = new News(new ArrayList<>(waiting.values()), status, ended);
    waiting.clear();
    status = null;
    return news;
  }

  /** Whether it was not told yet what there is, or has to be told again. */
  synchronized boolean isNew() {
    return isNew;
  }

  synchronized void begin(Collection<LiveValues> all) {
    all.forEach(this::offer);
    isNew = false;
    trouble = null;
    status = new Status(null, waiting.size());
    endIfOnce();
  }

  synchronized void offer(LiveValues values) {
    if (request.wants(values.source(), values.series())) {
      waiting.put(values.source() + " " + values.series(), values);
      notifyAll();
    }
  }

  /** Told once; when values come again, all of them do. */
  synchronized void fail(String why) {
    if (!why.equals(trouble)) {
      status = new Status(why, 0);
    }
    trouble = why;
    isNew = true;
    endIfOnce();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  private void endIfOnce() {
    ended |= request.once();
    notifyAll();
  }

  @Override
  public void close() {
    onClose.accept(this);
  }
}
