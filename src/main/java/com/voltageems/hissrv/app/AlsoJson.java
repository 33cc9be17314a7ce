package com.voltageems.hissrv.app;

import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.Totals;
import com.voltageems.hissrv.store.influx.LevelBuckets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the second store is, as {@code /status} tells it: the same members as the first's. */
final class AlsoJson {
  private static final Logger LOG = LoggerFactory.getLogger(AlsoJson.class);

  private AlsoJson() {}

  /** Without its totals while its outbox can't be asked. */
  static Map<String, Object> of(AlsoStore also) {
    var json = new LinkedHashMap<String, Object>();
    try {
      Outbox outbox = also.outbox();
      Totals totals = outbox.totals();
      json.put("processed", totals.stored());
      json.put("failed", totals.quarantined());
      json.put("queue_size", outbox.size());
      if (totals.lastStored() != null) {
        json.put("last_sync", totals.lastStored().toString());
      }
    } catch (OutboxException e) {
      LOG.debug("no totals of the second store", e);
    }
    json.put("store", StoreJson.of(LevelBuckets.partsOf(also.store()).getFirst()));
    json.put("counters", also.metrics().snapshot());
    return json;
  }
}
