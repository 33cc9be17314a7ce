package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.SeriesQuery.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question on its way from the store to an answer: what is read, and the stages it goes through.
 *
 * @param stored asks for the fields there are
 * @param most rows that stages may hold
 */
record Reading(
    QueryRequest request,
    Way way,
    Supplier<SortedSet<String>> stored,
    Samples.Percentiles percentiles,
    int most) {
  private static final int GAP_WINDOWS = 5;
  private static final Duration GAP_RAW = Duration.ofDays(1);

  /** Reads to the end, or until {@code out} throws. */
  void run(RowSource source, Consumer<Row> out) {
    switch (request.mode()) {
      case RAW -> {
        if (request.functions().isEmpty()) {
          source.read(query(chosen().stored(), left(), request.order()), out);
        } else {
          fold(source, out);
        }
      }
      case SUMMARY -> {
        var plan = FoldPlan.ofPossible(FoldPlan.summary(), chosen(), stored.get(), way.level());
        var buckets = new Buckets(request.range(), null, request.zone());
        through(
            source,
            plan.fields(),
            request.range(),
            out,
            last -> List.of(new Fold(buckets, plan, percentiles, last)));
      }
      case INTERPOLATED -> interpolate(source, out);
      case PLOT -> {
        FieldChoice choice = chosen();
        SortedSet<String> fields = choice.isAll() ? stored.get() : choice.stored();
        through(
            source,
            choice.stored(),
            request.range(),
            out,
            last -> List.of(new Plot(request.range(), request.maxPoints(), fields.size(), last)));
      }
    }
  }

  private void fold(RowSource source, Consumer<Row> out) {
    var buckets = new Buckets(request.range(), request.every(), request.zone());
    var plan = FoldPlan.of(request.functions(), chosen(), stored.get(), way.level(), isOneWindow());
    var reckoned =
        new PushDown(buckets, plan, query(plan.fields(), request.range(), Order.OLDEST_FIRST), most)
            .from(source);
    RowSource folded = reckoned.isEmpty() ? source : (_, rows) -> reckoned.get().forEach(rows);
    through(
        folded,
        plan.fields(),
        request.range(),
        out,
        last -> {
          var stages = new ArrayList<Stage>();
          Consumer<Row> next = last;
          if (!(request.fill() instanceof Fill.None)) {
            var filling = new Filling(request.fill(), buckets.all(most), most, last);
            stages.add(filling);
            next = filling::accept;
          }
          if (reckoned.isEmpty()) {
            stages.addFirst(new Fold(buckets, plan, percentiles, next));
          }
          return stages;
        });
  }

  /** Whether a bucket is a window. */
  private boolean isOneWindow() {
    Step every = request.every();
    return every != null && every.length().equals(way.level().length());
  }

  private void interpolate(RowSource source, Consumer<Row> out) {
    NavigableSet<Instant> moments = moments();
    if (moments.isEmpty()) {
      return;
    }
    Duration gap = gap();
    Instant from = moments.first().minus(gap);
    Instant to = moments.last().plus(gap).plusNanos(1);
    var range =
        new TimeRange(
            from.isBefore(Point.EARLIEST) ? Point.EARLIEST : from,
            to.isAfter(Point.LATEST) ? Point.LATEST : to);
    through(
        source,
        chosen().stored(),
        range,
        out,
        last -> List.of(new Interpolation(moments, gap, most, last)));
  }

  private NavigableSet<Instant> moments() {
    if (request.every() == null) {
      return request.moments();
    }
    var moments = new TreeSet<Instant>();
    new Buckets(request.range(), request.every(), request.zone())
        .all(most)
        .forEach(bucket -> moments.add(bucket.start()));
    moments.removeIf(moment -> moment.isBefore(request.range().start()));
    return moments;
  }

  private Duration gap() {
    Duration asked = request.maxGap();
    if (asked != null) {
      return asked;
    }
    return way.level().equals(Level.RAW) ? GAP_RAW : way.level().length().multipliedBy(GAP_WINDOWS);
  }

  /** Makes the stages before the last. */
  private interface Chain {
    List<Stage> before(Consumer<Row> last);
  }

  private void through(
      RowSource source, Set<String> fields, TimeRange range, Consumer<Row> out, Chain chain) {
    var stages = new ArrayList<Stage>();
    @Nullable Reversed reversed =
        request.order() == Order.NEWEST_FIRST ? new Reversed(most, out) : null;
    stages.addAll(chain.before(reversed == null ? out : reversed::accept));
    if (reversed != null) {
      stages.add(reversed);
    }
    Consumer<Row> first = stages.isEmpty() ? out : stages.getFirst()::accept;
    source.read(query(fields, range, Order.OLDEST_FIRST), first);
    stages.forEach(Stage::end);
  }

  private FieldChoice chosen() {
    return request.fields().isEmpty()
        ? new FieldChoice(new TreeSet<>(), new TreeSet<>())
        : FieldChoice.of(request.fields(), stored.get(), request.measurement());
  }

  private SeriesQuery query(Set<String> fields, TimeRange range, Order order) {
    return new SeriesQuery(
        request.measurement(), way.conditions(request), way.level(), range, fields, order);
  }

  /** What of the range lies behind the cursor; the cursor's moment may have rows left. */
  private TimeRange left() {
    TimeRange range = request.range();
    Cursor cursor = request.cursor();
    if (cursor == null || !range.contains(cursor.time())) {
      return range;
    }
    return request.order() == Order.OLDEST_FIRST
        ? new TimeRange(cursor.time(), range.stop())
        : new TimeRange(range.start(), cursor.time().plusNanos(1));
  }
}
