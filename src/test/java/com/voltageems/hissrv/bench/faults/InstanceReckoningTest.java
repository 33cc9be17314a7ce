package com.voltageems.hissrv.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.bench.faults.SampleLog.Source;
import com.voltageems.hissrv.config.Retention;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the harness makes of a store that is not as it must be. */
class InstanceReckoningTest {
  private static final long START = 1_772_366_400;

  /** One that has one point. */
  private static final Source SOURCE = SampleLog.OF_SEVERAL.get(2);

  private static final String KEY = SOURCE.key();
  private static final String POINT = SOURCE.points().getFirst();

  @TempDir Path folder;
  private final SampleLog log = new SampleLog(1, List.of(SOURCE));
  private final Visits visits = new Visits(START, log.sources());
  private final List<Point> points = new ArrayList<>();

  /** The first minute, and a moment that tells it has ended. */
  @BeforeEach
  void sampleAMinute() {
    for (int step = 0; step < 6; step++) {
      visits.sampled(Set.of(KEY));
      visits.step();
    }
    visits.step();
  }

  private static List<Long> moments(int from, int to) {
    return LongStream.range(from, to).mapToObj(step -> START + step * Timeline.STEP).toList();
  }

  private void store(List<Long> moments, double more) {
    double[] values =
        moments.stream()
            .flatMapToDouble(second -> log.value(SOURCE, POINT, second).stream())
            .toArray();
    double sum = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      sum += value;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    SortedMap<String, FieldValue> fields = new TreeMap<>();
    String name = SOURCE.field(POINT);
    fields.put(name + "_count", FieldValue.of(values.length));
    fields.put(name + "_min", FieldValue.of(min));
    fields.put(name + "_max", FieldValue.of(max));
    fields.put(name + "_avg", FieldValue.of(sum / values.length + more));
    Place place = Place.of(SOURCE, Reckoning.LEVELS.getFirst(), START);
    points.add(new Point(place.series(), place.time(), fields));
  }

  private List<String> violations() {
    return violations(null);
  }

  private List<String> violations(@Nullable LedgerReckoning ledger) {
    var reckoning = new InstanceReckoning(log, visits);
    try (var store =
        new SqliteStore(
            folder.resolve("store"),
            InstantSource.fixed(Instant.ofEpochSecond(START)),
            Retention.ALL_FOREVER,
            new Metrics())) {
      assertThat(store.write(points).rejections()).isEmpty();
      reckoning.reckon(store, ledger);
    }
    return reckoning.violations();
  }

  @Test
  void aWindowOfAllItsSamplesIsRight() {
    store(moments(0, 6), 0);
    assertThat(violations()).isEmpty();
  }

  @Test
  void aWindowThatIsNotThereIsMissed() {
    assertThat(violations()).singleElement().asString().contains("nothing was found");
  }

  @Test
  void aSampleThatWasTakenForSureAndIsNotInTheWindowIsMissed() {
    store(moments(0, 5), 0);
    assertThat(violations()).singleElement().asString().contains("expected count 6");
  }

  @Test
  void aSampleThatIsInTheWindowTwiceIsFoundOut() {
    var twice = new ArrayList<>(moments(0, 6));
    twice.add(START);
    store(twice, 0);
    assertThat(violations()).singleElement().asString().contains("found count 7");
  }

  @Test
  void anAverageThatIsALittleOffIsFoundOut() {
    store(moments(0, 6), 1e-6);
    assertThat(violations()).singleElement().asString().contains("avg");
  }

  @Test
  void samplesThatRedisMayHaveForgottenMayBeMissing() {
    visits.forgotten(START + 4 * Timeline.STEP);
    store(moments(0, 5), 0);
    assertThat(violations()).isEmpty();
  }

  @Test
  void aLowerCountMustShowInTheLedger() {
    visits.forgotten(START + 4 * Timeline.STEP);
    store(moments(0, 5), 0);
    var silent = new LedgerReckoning(log, visits);
    silent.hear("", KEY + ",1m," + (START + 60));
    assertThat(violations(silent)).singleElement().asString().contains("a count is lower");
    var honest = new LedgerReckoning(log, visits);
    honest.hear("", KEY + ",1m," + START);
    assertThat(violations(honest)).isEmpty();
  }

  @Test
  void samplesBeforeThoseMayNot() {
    visits.forgotten(START + 4 * Timeline.STEP);
    store(moments(0, 3), 0);
    assertThat(violations()).isNotEmpty();
  }
}
