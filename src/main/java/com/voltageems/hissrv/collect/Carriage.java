package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.outbox.CarriedLists.Carried;
import com.voltageems.hissrv.transform.DurableArchive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A list on its way into the outbox, portion by portion. */
final class Carriage {
  private final String list;
  private final long after;
  private final Map<String, Long> revisions = new HashMap<>();
  private final List<DurableArchive> durable = new ArrayList<>();

  /**
   * @param after the id of the point that came last before it
   */
  Carriage(String list, long after) {
    this.list = list;
    this.after = after;
  }

  void add(List<DurableArchive> archives) {
    durable.addAll(archives);
    archives.forEach(one -> revisions.put(one.key().toString(), one.revision()));
  }

  List<DurableArchive> durable() {
    return durable;
  }

  /** All of it. */
  Carried whole() {
    return new Carried(list, after, revisions);
  }
}
