package com.voltageems.hissrv.store;

import java.util.List;

/**
 * What became of a batch.
 *
 * @param rejections the points it will never take, in batch order; all others are durable
 */
public record WriteResult(List<Rejection> rejections) {
  /** Every point is durable. */
  public static final WriteResult ALL_ACCEPTED = new WriteResult(List.of());

  /** Copies the list. */
  public WriteResult {
    rejections = List.copyOf(rejections);
  }

  /**
   * One point refused for good.
   *
   * @param index its place in the batch, from 0
   * @param reason the store's own words
   */
  public record Rejection(int index, String reason) {}
}
