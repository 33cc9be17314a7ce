package com.voltageems.hissrv.deliver;

import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of a batch, point by point. Points that it does not name are to be tried again. */
final class Settlement {
  final List<Delivery> accepted = new ArrayList<>();
  final Map<Delivery, String> rejected = new LinkedHashMap<>();

  /** Refused alone, with words that may speak of the point or of the whole request. */
  final Map<Delivery, String> suspects = new LinkedHashMap<>();

  private @Nullable StoreException obstacle;
  private @Nullable String deferral;

  /** What stands in the way of all points; null when nothing does. */
  @Nullable StoreException obstacle() {
    return obstacle;
  }

  /** Why some points can't be taken now, though others can; null when there are none. */
  @Nullable String deferral() {
    return deferral;
  }

  void stopAt(StoreException what) {
    obstacle = what;
  }

  void defer(String why) {
    deferral = why;
  }

  /** What the outbox may let go of. */
  List<Delivery> settled() {
    var settled = new ArrayList<>(accepted);
    settled.addAll(rejected.keySet());
    return settled;
  }
}
