package com.voltageems.hissrv.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is wrong, as RFC 9457 writes it.
 *
 * @param type a lasting name of the kind, lower case with hyphens
 * @param detail one or two sentences: what is wrong here and what to do
 * @param facts further members, in order
 * @param headers to send with it
 */
record Problem(
    int status,
    String type,
    String title,
    String detail,
    Map<String, Object> facts,
    Map<String, String> headers) {
  static final String CONTENT_TYPE = "application/problem+json; charset=utf-8";

  private static final String TYPE_PREFIX = "urn:hissrv:problem:";

  static Problem of(int status, String type, String title, String detail) {
    return new Problem(status, type, title, detail, Map.of(), Map.of());
  }

  Problem with(String fact, Object value) {
    var more = new LinkedHashMap<>(facts);
    more.put(fact, value);
    return new Problem(status, type, title, detail, Collections.unmodifiableMap(more), headers);
  }

  Problem withHeader(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(status, type, title, detail, facts, Collections.unmodifiableMap(more));
  }

  /** The JSON object to send. */
  Map<String, Object> body() {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", TYPE_PREFIX + type);
    body.put("title", title);
    body.put("status", status);
    body.put("detail", detail);
    facts.forEach(body::putIfAbsent);
    return body;
  }
}
