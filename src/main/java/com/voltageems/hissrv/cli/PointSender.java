package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.store.lines.LineProtocol;
import com.voltageems.hissrv.store.lines.PointSource;
import java.io.IOException;
import java.util.Map;

/** Gives points to the running service, a mebibyte at a time, and counts what became of them. */
final class PointSender {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int MOST_TOLD = 20;

  private final ServiceClient client;
  private final LineProtocol lines = new LineProtocol();
  private long accepted;
  private long quarantined;
  private long refused;

  PointSender(ServiceClient client) {
    this.client = client;
  }

  /** Is told how far it is. */
  interface Listener {
    /** So many of the source's entries, of whatever kind, need not be sent any more. */
    void sent(long entries) throws IOException;
  }

  /**
   * Sends all points of a source but the first; waits where the service is busy.
   *
   * @param name of the source, for people
   * @param skipped entries that were sent before
   */
  void send(String name, PointSource source, long skipped, Listener listener) throws IOException {
    long entries = 0;
    for (var entry = source.next(); entry != null; entry = source.next()) {
      entries++;
      if (entries <= skipped) {
        continue;
      }
      switch (entry) {
        case PointSource.Good(Point point) ->
            lines.addAny(
                point.series().measurement(), point.series().tags(), point.time(), point.fields());
        case PointSource.Bad bad -> refuse(name + ", " + bad.where());
      }
      if (lines.size() >= BATCH_BYTES) {
        flush(name);
        listener.sent(entries);
      }
    }
    if (lines.size() > 0) {
      flush(name);
    }
    listener.sent(entries);
  }

  private void flush(String name) {
    JsonNode answer = client.sendPatiently("/import", Map.of("precision", "ns"), lines.toBytes());
    lines.clear();
    accepted += answer.path("accepted").asLong();
    quarantined += answer.path("quarantined").asLong();
    for (JsonNode line : answer.path("lines")) {
      refuse(name + ": the service refuses a line: " + line.path("reason").asText());
    }
  }

  private void refuse(String why) {
    refused++;
    if (refused <= MOST_TOLD) {
      System.err.println(why);
    } else if (refused == MOST_TOLD + 1) {
      System.err.println("…");
    }
  }

  /** Says what became of all; returns the exit code. */
  int tell(Main main) {
    main.result.put("accepted", accepted);
    main.result.put("quarantined", quarantined);
    main.result.put("refused", refused);
    System.out.printf(
        "%,d points taken, %,d set aside (hissrv quarantine list), %,d lines refused%n",
        accepted, quarantined, refused);
    return refused == 0 ? 0 : 1;
  }
}
