package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.config.LeaseConfig;
import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.lease.Ownership;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.DurableArchive;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two collectors that share one queue, each with an outbox of its own. */
abstract class SharedQueueFixture extends CollectorFixture {
  static final Duration TTL = Duration.ofSeconds(10);
  static final String LISTS = "hissrv:inflight:{archive:pending}";

  @TempDir Path otherFolder;
  Outbox otherOutbox;
  Catalog otherCatalog;
  final List<DurableArchive> otherStored = new ArrayList<>();

  @BeforeEach
  void share() {
    sharing = new Sharing(new LeaseConfig(true, TTL, 32, ""), Ownership.SOLE);
    collector = collector(100);
    otherOutbox = new Outbox(otherFolder.resolve("outbox.db"), clock);
    otherCatalog = new Catalog(otherFolder.resolve("catalog.db"));
  }

  @AfterEach
  void closeOther() {
    otherOutbox.close();
    otherCatalog.close();
  }

  Collector other() {
    return new Collector(
        redis,
        otherOutbox,
        otherCatalog,
        new Mapping(config.mappings()),
        config.redis().dataPatterns(),
        PerformanceConfig.defaults(),
        buffer,
        clock,
        metrics,
        new Offenders(metrics, clock),
        otherStored::addAll,
        sharing,
        _ -> false);
  }

  static void storeAll(Outbox outbox) {
    List<Delivery> all = outbox.oldest(1_000);
    outbox.acknowledge(all, Map.of());
  }

  static Set<String> lists() {
    return neighbour.keys("{" + PENDING + "}:*");
  }
}
