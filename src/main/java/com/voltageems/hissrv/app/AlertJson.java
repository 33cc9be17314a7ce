package com.voltageems.hissrv.app;

import com.voltageems.hissrv.alert.AlertState;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How an alert is shown; what there is nothing to say of is left out. */
final class AlertJson {
  private AlertJson() {}

  static Map<String, Object> of(AlertState state) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("name", state.name());
    shown.put("severity", state.severity().name().toLowerCase(Locale.ROOT));
    shown.put("status", state.status().name().toLowerCase(Locale.ROOT));
    if (state.since() != null) {
      shown.put("since", state.since().toString());
    }
    if (!state.unknown().isEmpty()) {
      shown.put("unknown", state.unknown());
    }
    if (state.undelivered() > 0) {
      shown.put("undelivered", state.undelivered());
    }
    if (state.dropped() > 0) {
      shown.put("dropped", state.dropped());
    }
    if (state.lastError() != null) {
      shown.put("last_error", state.lastError());
    }
    return shown;
  }
}
