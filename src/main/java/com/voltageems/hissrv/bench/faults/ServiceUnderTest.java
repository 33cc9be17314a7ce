package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.app.HisSrv;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.ledger.LedgerException;
import com.voltageems.hissrv.ledger.Sighting;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * HisSrv as a process of its own: collecting and delivering by itself, sampling when it is told to,
 * at the time it is told. Commands come line by line on standard input; each has a line of answer.
 */
public final class ServiceUnderTest {
  static final String OK = "ok";
  static final String SAMPLED = "sampled ";
  static final String GAPS = "gaps ";
  static final String INTERRUPTED = "interrupted ";
  static final long UNKNOWN = -1;

  private static final Level MINUTE = new Level("1m", Duration.ofMinutes(1));

  private final HisSrv service;
  private final AtomicLong millis;
  private final FaultyStore store;

  private ServiceUnderTest(HisSrv service, AtomicLong millis, FaultyStore store) {
    this.service = service;
    this.millis = millis;
    this.store = store;
  }

  /** The configuration's file, the time it is (epoch ms), and how the store answers. */
  public static void main(String[] arguments) throws IOException {
    var millis = new AtomicLong(Long.parseLong(arguments[1]));
    InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
    var config = ConfigLoader.load(Path.of(arguments[0]), Map.of(), Functions.builtIn());
    var around = new FaultyStore[1];
    try (var service =
        HisSrv.replay(
            config,
            clock,
            store -> around[0] = new FaultyStore(store, Answer.valueOf(arguments[2])))) {
      service.startFlow();
      if (config.lease().enabled()) {
        service.startSharing();
      }
      new ServiceUnderTest(service, millis, around[0]).serve();
    }
  }

  private void serve() throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println(OK);
    for (String line = in.readLine(); line != null && !line.equals("stop"); line = in.readLine()) {
      String[] words = line.split(" ", -1);
      String answer;
      try {
        answer = answer(words[0], words.length > 1 ? words[1] : "");
      } catch (RedisException | StoreException | LedgerException e) {
        answer = "failed " + e.getMessage();
      }
      System.out.println(answer.replace('\n', ' '));
    }
  }

  private String answer(String command, String argument) {
    return switch (command) {
      case "sample" -> {
        millis.set(Long.parseLong(argument));
        service.aggregation().sample();
        int _ = service.aggregation().closeDue();
        yield OK;
      }
      case "share" -> {
        millis.set(Long.parseLong(argument));
        String seen = sampled();
        int _ = service.aggregation().closeDue();
        yield SAMPLED + seen;
      }
      case "store" -> {
        store.answers(Answer.valueOf(argument));
        yield OK;
      }
      case "felt" -> Integer.toString(store.felt());
      case "stored" -> stored(Instant.ofEpochSecond(Long.parseLong(argument)));
      case "gaps" -> gaps(range(argument.split(",")));
      case "interrupted" -> interrupted(range(argument.split(",")));
      case "waiting" -> Long.toString(service.queueSize().orElse(UNKNOWN));
      default -> "failed: unknown command " + command;
    };
  }

  /** Whose values of this moment are in Redis: the live keys. */
  private String sampled() {
    return service.aggregation().sampled().entrySet().stream()
        .filter(source -> source.getValue() == Sighting.SAMPLED)
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(","));
  }

  /** Between two moments, in seconds. */
  private static TimeRange range(String[] between) {
    return new TimeRange(
        Instant.ofEpochSecond(Long.parseLong(between[0])),
        Instant.ofEpochSecond(Long.parseLong(between[1])));
  }

  /** What the ledger misses: live key, level, start, stop, cause. */
  private String gaps(TimeRange range) {
    return service.ledger().gaps(range).stream()
        .map(gap ->
            "%s,%s,%d,%d,%s"
                .formatted(
                    gap.source(),
                    gap.level().name(),
                    gap.range().start().getEpochSecond(),
                    gap.range().stop().getEpochSecond(),
                    gap.cause()))
        .sorted()
        .collect(Collectors.joining(";", GAPS, ""));
  }

  /** Of which windows the ledger says that samples may be missing: live key, level, start. */
  private String interrupted(TimeRange range) {
    var windows = new TreeSet<String>();
    for (Completeness account : service.ledger().completeness(range, _ -> true, _ -> true)) {
      Level level = account.level();
      for (TimeRange part : account.interruptions()) {
        for (Instant at = part.start(); at.isBefore(part.stop()); at = at.plus(level.length())) {
          windows.add(account.source() + "," + level.name() + "," + at.getEpochSecond());
        }
      }
    }
    return INTERRUPTED + String.join(";", windows);
  }

  /** Whose window of a minute is in the store: the tag values that name them. */
  private String stored(Instant start) {
    var names = new TreeSet<String>();
    var range = new TimeRange(start, start.plusSeconds(1));
    for (String measurement : store.measurements()) {
      var query = new SeriesQuery(measurement, Map.of(), MINUTE, range);
      store.query(query, row -> names.addAll(row.tags().values()));
    }
    return String.join(",", names);
  }
}
