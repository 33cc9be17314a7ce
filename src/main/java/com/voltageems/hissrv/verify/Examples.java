package com.voltageems.hissrv.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The first of many. */
final class Examples {
  private static final int FEW = 3;
  private static final int MANY = 100;

  private final List<String> first = new ArrayList<>();

  void add(String one) {
    if (first.size() < FEW) {
      first.add(one);
    }
  }

  List<String> found() {
    return List.copyOf(first);
  }

  /** As many as a person may want to read, in their order. */
  static Map<String, String> first(Map<String, String> all) {
    var some = new LinkedHashMap<String, String>();
    all.entrySet().stream().limit(MANY).forEach(one -> some.put(one.getKey(), one.getValue()));
    return some;
  }
}
