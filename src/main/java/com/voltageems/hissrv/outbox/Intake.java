package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Point;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one batch of queue entries became, to be made durable together. */
public final class Intake {
  record Arrival(String entry, Point point) {}

  record Refusal(String entry, @Nullable String content, @Nullable Point point, String reason) {}

  final List<Arrival> arrivals = new ArrayList<>();
  final List<Refusal> refusals = new ArrayList<>();
  final List<CollectedArchives.Collected> collected = new ArrayList<>();
  final List<String> gone = new ArrayList<>();
  final List<String> empty = new ArrayList<>();
  CarriedLists.@Nullable Carried carried;
  final List<String> deleted = new ArrayList<>();

  /** A point to deliver, and the queue entry it came from. */
  public void deliver(String entry, Point point) {
    arrivals.add(new Arrival(entry, point));
  }

  /**
   * Something no point could be made of.
   *
   * @param entry the queue entry
   * @param content all that is needed to try again when Redis has forgotten it
   * @param reason what is wrong with it
   */
  public void quarantine(String entry, String content, String reason) {
    refusals.add(new Refusal(entry, content, null, reason));
  }

  /**
   * A point, or a part of one, that no store is to have as it is.
   *
   * @param entry the queue entry it came from
   * @param reason what is wrong with it
   */
  public void quarantine(String entry, Point point, String reason) {
    refusals.add(new Refusal(entry, null, point, reason));
  }

  /** An archive that the batch is made of, whatever became of it. */
  public void collected(CollectedArchives.Collected archive) {
    collected.add(archive);
  }

  /** What the entry stood for was gone from Redis. */
  public void gone(String entry) {
    gone.add(entry);
  }

  /** There is nothing to store in what the entry stood for. */
  public void empty(String entry) {
    empty.add(entry);
  }

  /** With this batch all of a list is in the outbox; it stays in Redis until the store has it. */
  public void carried(CarriedLists.Carried list) {
    carried = list;
  }

  /** Whether there is anything to be made durable. */
  boolean isEmpty() {
    return size() == 0 && carried == null;
  }

  /** Somebody has deleted what the entry stood for, or a point of it. */
  public void deleted(String entry) {
    deleted.add(entry);
  }

  /** The points alone: what another store is to have of it. */
  Intake points() {
    return of(arrivals);
  }

  static Intake of(List<Arrival> arrivals) {
    var intake = new Intake();
    intake.arrivals.addAll(arrivals);
    return intake;
  }

  /** How many points, refusals and archives are in it. */
  public int size() {
    return arrivals.size() + refusals.size() + collected.size();
  }
}
