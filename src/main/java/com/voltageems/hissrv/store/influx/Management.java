package com.voltageems.hissrv.store.influx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.voltageems.hissrv.store.StoreException;
import java.util.Map;

/** The management interface of 2.x and 3, in JSON. Refusals name what was tried. */
final class Management {
  private static final JsonMapper JSON = new JsonMapper();

  private final Server server;

  Management(Server server) {
    this.server = server;
  }

  /** What is there; missing where the server knows no such thing. */
  JsonNode get(String target, String purpose) {
    Server.Answer answer = call("GET", target, "", purpose);
    return answer.found() ? read(answer.body()) : MissingNode.getInstance();
  }

  JsonNode post(String target, Map<String, ?> body, String purpose) {
    try {
      Server.Answer answer = call("POST", target, JSON.writeValueAsString(body), purpose);
      if (!answer.found()) {
        throw StoreException.fatal(
            "can't %s: the server has no %s; is it too old?".formatted(purpose, target), null);
      }
      return read(answer.body());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values", e);
    }
  }

  private Server.Answer call(String method, String target, String body, String purpose) {
    try {
      return server.manage(method, target, body);
    } catch (StoreException e) {
      throw e.retryable()
          ? e
          : StoreException.fatal(
              "can't %s; does the token have the right? %s".formatted(purpose, e.getMessage()), e);
    }
  }

  private static JsonNode read(String body) {
    try {
      return body.isBlank() ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw StoreException.fatal("what answers there is not InfluxDB: no JSON", e);
    }
  }
}
