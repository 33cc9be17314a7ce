package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import java.util.List;

/**
 * What became of a source's windows on one level. Expected are all that had ended, but those it was
 * removed in and those that somebody deleted; each of them is delivered, pending or in a gap.
 *
 * @param source the live key
 * @param range of the windows that are accounted for; empty where none is
 * @param sampled of the expected, those of which there was at least one sample
 * @param delivered of the expected, those that the store has acknowledged
 * @param pending of the expected, those on their way: in Redis or in the outbox
 * @param late windows that missed samples because these came too late; delivered or not
 * @param interrupted of the sampled, those that miss samples, for nobody took them or Redis has
 *     forgotten them: their counts are lower
 * @param gaps in order of time; those of {@link Cause#REMOVED} and {@link Cause#DELETED} are not
 *     expected
 * @param onTheirWay where the pending ones are, in order of time
 * @param interruptions where the interrupted ones are, in order of time
 */
public record Completeness(
    String source,
    Level level,
    TimeRange range,
    long expected,
    long sampled,
    long delivered,
    long pending,
    long late,
    long interrupted,
    List<Gap> gaps,
    List<TimeRange> onTheirWay,
    List<TimeRange> interruptions) {
  /** Copies the lists. */
  public Completeness {
    gaps = List.copyOf(gaps);
    onTheirWay = List.copyOf(onTheirWay);
    interruptions = List.copyOf(interruptions);
  }

  /** The same numbers with no more than the first gaps, and without where the others are. */
  public Completeness withFirstGaps(int most) {
    return new Completeness(
        source,
        level,
        range,
        expected,
        sampled,
        delivered,
        pending,
        late,
        interrupted,
        gaps.subList(0, Math.min(most, gaps.size())),
        List.of(),
        List.of());
  }
}
