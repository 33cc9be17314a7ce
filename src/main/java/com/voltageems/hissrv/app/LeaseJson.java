package com.voltageems.hissrv.app;

import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.lease.Leases;
import com.voltageems.hissrv.lease.Peer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/** Who holds what, as {@code /status} tells it. */
final class LeaseJson {
  private LeaseJson() {}

  static Map<String, Object> of(Leases leases) {
    Held held = leases.held();
    var json = new LinkedHashMap<String, Object>();
    json.put("instance", leases.instance());
    json.put("epoch", held.epoch());
    json.put("shards", new TreeSet<>(held.shards()));
    json.put("peers", leases.peers().stream().map(LeaseJson::of).toList());
    return json;
  }

  private static Map<String, Object> of(Peer peer) {
    var json = new LinkedHashMap<String, Object>();
    json.put("instance", peer.instance());
    json.put("shards", peer.shards());
    json.put("epoch", peer.epoch());
    if (peer.since() != null) {
      json.put("since", peer.since().toString());
    }
    return json;
  }
}
