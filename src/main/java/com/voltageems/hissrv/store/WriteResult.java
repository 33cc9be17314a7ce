package com.voltageems.hissrv.store;

import java.util.List;

/**
 * What became of a batch. All points that are in neither list are durable.
 *
 * @param rejections the points it will never take, in batch order
 * @param deferred the points it can't take now and may take later, in batch order
 */
public record WriteResult(List<Rejection> rejections, List<Rejection> deferred) {
  /** Every point is durable. */
  public static final WriteResult ALL_ACCEPTED = new WriteResult(List.of());

  /** Copies the lists. */
  public WriteResult {
    rejections = List.copyOf(rejections);
    deferred = List.copyOf(deferred);
  }

  /** Nothing is to be tried again. */
  public WriteResult(List<Rejection> rejections) {
    this(rejections, List.of());
  }

  /**
   * One point that is not durable.
   *
   * @param index its place in the batch, from 0
   * @param reason the store's own words
   */
  public record Rejection(int index, String reason) {}
}
