package com.voltageems.hissrv.app;

import com.voltageems.hissrv.store.influx.AddressState;
import com.voltageems.hissrv.store.influx.InfluxStore;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where InfluxDB is, as {@code /status} tells it. */
final class StoreJson {
  private StoreJson() {}

  static Map<String, Object> of(InfluxStore store) {
    return Map.of("addresses", store.addresses().stream().map(StoreJson::of).toList());
  }

  private static Map<String, Object> of(AddressState address) {
    var json = new LinkedHashMap<String, Object>();
    json.put("url", address.url().toString());
    json.put("serving", address.serving());
    if (address.trouble() != null) {
      json.put("trouble", address.trouble());
    }
    return json;
  }
}
