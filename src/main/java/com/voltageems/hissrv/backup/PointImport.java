package com.voltageems.hissrv.backup;

import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxBounds;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.store.lines.PointLines;
import com.voltageems.hissrv.store.lines.PointSource;
import com.voltageems.hissrv.store.lines.Precision;
import com.voltageems.hissrv.transform.Admission;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.CatalogException;
import com.voltageems.hissrv.transform.Mapping;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Points that others bring, on the way that all points go. Safe for any thread. */
public final class PointImport {
  /** What an imported point came from, instead of a queue entry. */
  public static final String ENTRY = "import";

  /** More than these don't wait for the store: what is sampled now comes through meanwhile. */
  private static final int MOST_WAITING = 50_000;

  private static final int MOST_NAMED = 100;

  private final Outbox outbox;
  private final Catalog catalog;
  private final Supplier<Mapping> mapping;
  private final Supplier<PerformanceConfig> settings;
  private final InstantSource clock;

  /**
   * By the rules of the day.
   *
   * @param mapping is asked for them each time
   * @param settings the outbox's bounds, asked for each time
   */
  public PointImport(
      Outbox outbox,
      Catalog catalog,
      Supplier<Mapping> mapping,
      Supplier<PerformanceConfig> settings,
      InstantSource clock) {
    this.outbox = outbox;
    this.catalog = catalog;
    this.mapping = mapping;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * A line that is no point.
   *
   * @param line from 1
   * @param column from 1
   * @param reason for people
   */
  public record Refused(long line, int column, String reason) {}

  /**
   * What came of a text.
   *
   * @param accepted points that are durable now and go to the store
   * @param quarantined points that are set aside, or some of their fields
   * @param refused lines that are no points
   * @param named the first of them
   */
  public record Result(int accepted, int quarantined, int refused, List<Refused> named) {}

  /** What a line's time may count. */
  public static List<String> precisions() {
    return Precision.words();
  }

  /**
   * Why nothing can be taken now; empty when it can.
   *
   * @throws OutboxException when the outbox can't be asked
   */
  public Optional<String> full() {
    if (outbox.size() >= MOST_WAITING) {
      return Optional.of("%,d points wait for the store".formatted(outbox.size()));
    }
    return new OutboxBounds(outbox, settings.get(), clock).reached();
  }

  /**
   * Takes all points of a text, in one transaction, or none.
   *
   * @param lines line protocol; the caller's to close
   * @param precision one of {@link #precisions}
   * @throws IOException when the text can't be read
   * @throws OutboxException when nothing could be changed now
   * @throws CatalogException the same
   */
  public Result run(InputStream lines, String precision) throws IOException {
    var source = new PointLines(lines, Precision.parse(precision).orElseThrow());
    var admission = new Admission(catalog, mapping.get());
    var intake = new Intake();
    var named = new ArrayList<Refused>();
    int accepted = 0;
    int quarantined = 0;
    int refused = 0;
    for (var entry = source.next(); entry != null; entry = source.next()) {
      switch (entry) {
        case PointSource.Good(Point point) -> {
          Admission.Admitted admitted = admission.admit(point);
          if (admitted.point() != null) {
            intake.deliver(ENTRY, admitted.point());
            accepted++;
          }
          Admission.Refused misfit = admitted.refused();
          if (misfit != null) {
            intake.quarantine(ENTRY, misfit.point(), misfit.reason());
            quarantined++;
          }
        }
        case PointSource.Bad bad -> {
          refused++;
          if (named.size() < MOST_NAMED) {
            named.add(new Refused(bad.line(), bad.column(), bad.reason()));
          }
        }
      }
    }
    catalog.record(List.of());
    outbox.append(intake);
    return new Result(accepted, quarantined, refused, named);
  }
}
