package com.voltageems.hissrv.demo;

import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a new user is told: what to open and what to try. Every line works when pasted. */
final class DemoGuide {
  private final PrintStream out;
  private final int port;
  private final int redisPort;

  DemoGuide(PrintStream out, int port, int redisPort) {
    this.out = out;
    this.port = port;
    this.redisPort = redisPort;
  }

  void print(@Nullable Path data) {
    String base = "http://localhost:" + port;
    out.printf(
        """

        HisSrv is running. Open  %1$s/

        Try, in another terminal:
          curl "%1$s/query?measurement=telemetry&channel=1001&range=1h"
          curl "%1$s/query?measurement=telemetry&channel=1002&range=24h&interval=5m"
          curl "%1$s/query?measurement=model_data&model=plant&range=10m"
          curl %1$s/status
          curl %1$s/health
          curl -X POST %1$s/sync
          redis-cli -p %2$d hgetall comsrv:1001:m
          redis-cli -p %2$d --scan --pattern 'archive:1m:*'

        Channel 1001 is a PV inverter, 1002 the grid meter, 1003 a battery, 1004 a charging point for
        cars, 1005 a meter that rolls over at 100 kWh, 1006 a weather station that is lost for some
        minutes after twenty past each hour; "plant" is the model of all.
        A new 1m window appears each full minute. %3$s
        Stop with Ctrl-C.

        """,
        base,
        redisPort,
        data == null
            ? "History goes with the demo (--data DIR keeps it)."
            : "Kept in " + data + ".");
    out.flush();
  }
}
