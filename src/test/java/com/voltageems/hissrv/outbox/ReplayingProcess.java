package com.voltageems.hissrv.outbox;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Moves points between queue and quarantine until it is killed. */
final class ReplayingProcess {
  private ReplayingProcess() {}

  public static void main(String[] args) {
    var random = new Random(Long.parseLong(args[1]));
    try (var outbox = new Outbox(Path.of(args[0]), InstantSource.system())) {
      for (long round = 0; ; round++) {
        var retrials = new ArrayList<Retrial>();
        for (Quarantined item : outbox.quarantine().list(1 + random.nextInt(20))) {
          retrials.add(
              random.nextInt(4) == 0
                  ? Retrial.refused(item, "not now")
                  : Retrial.passed(item, List.of(QuarantineTest.pointOf(item))));
        }
        outbox.quarantine().settle(retrials);
        Map<Delivery, String> rejected = new HashMap<>();
        outbox.oldest(1 + random.nextInt(20)).forEach(one -> rejected.put(one, "refused"));
        outbox.acknowledge(List.copyOf(rejected.keySet()), rejected);
        if (round == 10) {
          System.out.println("moving");
        }
      }
    }
  }
}
