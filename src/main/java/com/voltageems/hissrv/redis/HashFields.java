package com.voltageems.hissrv.redis;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import redis.clients.jedis.Builder;

/** What HGETALL tells, in Redis's order: as pairs, or, over RESP2, names and values in turn. */
final class HashFields extends Builder<List<Entry<byte[], byte[]>>> {
  static final HashFields BUILDER = new HashFields();

  private HashFields() {}

  @Override
  public List<Entry<byte[], byte[]>> build(Object answer) {
    var told = (List<?>) answer;
    var fields = new ArrayList<Entry<byte[], byte[]>>(told.size());
    for (Iterator<?> all = told.iterator(); all.hasNext(); ) {
      Object one = all.next();
      fields.add(
          one instanceof Entry<?, ?> pair
              ? Map.entry((byte[]) pair.getKey(), (byte[]) pair.getValue())
              : Map.entry((byte[]) one, (byte[]) all.next()));
    }
    return fields;
  }
}
