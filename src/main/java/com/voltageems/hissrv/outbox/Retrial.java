package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Point;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of trying something again.
 *
 * @param item as it was when it was tried
 * @param points what goes into the queue in its place
 * @param refusal why it stays where it is; null when it doesn't
 */
public record Retrial(Quarantined item, List<Point> points, @Nullable String refusal) {
  /** It leaves, and these points go on their way; none where there is nothing to store in it. */
  public static Retrial passed(Quarantined item, List<Point> points) {
    return new Retrial(item, points, null);
  }

  /** It stays. */
  public static Retrial refused(Quarantined item, String reason) {
    return new Retrial(item, List.of(), reason);
  }
}
