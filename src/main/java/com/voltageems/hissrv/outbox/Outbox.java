package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.Schema;
import com.voltageems.hissrv.sqlite.Sql;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable queue between Redis and the store. What {@link #append} returned for is on disk; what
 * {@link #acknowledge} returned for is gone from it. Safe for any thread; every method but {@link
 * #check} and {@link #close} throws {@link OutboxException}, and then nothing has changed.
 */
public final class Outbox implements Component, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final int NOT_COUNTED = -1;
  private static final int LOOKED_AT_ONCE = 1_000;

  /**
   * A batch ends with the point that reaches them. Decoded, points take five times as many, and
   * four batches may be in hand: two of each lane.
   */
  private static final int BATCH_BYTES = 2 << 20;

  /** With each row the latest one of the same point before it, if any. */
  private static final String WAITING =
      "SELECT id, (SELECT max(older.id) FROM queue AS older WHERE older.identity IN (q.identity, "
          + PointIdentity.UNKNOWN
          + ") AND older.id < q.id), entry, point FROM queue AS q WHERE id > ? AND id <= ? ORDER BY id";

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              List.of(
                  "CREATE TABLE queue (id INTEGER PRIMARY KEY AUTOINCREMENT,"
                      + " entry TEXT NOT NULL, point BLOB NOT NULL)",
                  "CREATE TABLE quarantine (id INTEGER PRIMARY KEY AUTOINCREMENT,"
                      + " at_ms INTEGER NOT NULL, entry TEXT NOT NULL, content TEXT,"
                      + " point BLOB, reason TEXT NOT NULL)",
                  "CREATE TABLE totals (stored INTEGER NOT NULL, quarantined INTEGER NOT NULL,"
                      + " last_stored_ms INTEGER)",
                  "INSERT INTO totals VALUES (0, 0, NULL)",
                  "CREATE TABLE instance (id TEXT NOT NULL)"),
              List.of(
                  "ALTER TABLE queue ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 0",
                  "UPDATE queue SET at_ms = 1000 * CAST(strftime('%s') AS INTEGER)",
                  "ALTER TABLE queue ADD COLUMN identity INTEGER NOT NULL DEFAULT "
                      + PointIdentity.UNKNOWN,
                  "CREATE INDEX queue_identity ON queue (identity, id)"),
              List.of(CollectedArchives.TABLE),
              LocalQuarantine.MIGRATION,
              List.of(
                  "ALTER TABLE totals ADD COLUMN collected INTEGER NOT NULL DEFAULT 0",
                  "UPDATE totals SET collected = stored + quarantined"
                      + " + (SELECT count(*) FROM queue)"),
              List.of(CarriedLists.TABLE),
              List.of("ALTER TABLE totals ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0"),
              List.of(DeliveryTimes.TABLE),
              QuarantineMoves.MIGRATION),
          true,
          4096);

  private final Database database;
  private final InstantSource clock;
  private final LocalQuarantine quarantine;
  private final QuarantineMoves moves;
  private final CollectedArchives collected;
  private final CarriedLists carried;
  private final DeliveryTimes deliveryTimes;
  private final AtomicLong size = new AtomicLong(NOT_COUNTED);
  private final Signal arrivals = new Signal();
  private final BiConsumer<Fate, Collection<String>> account;
  private final Optional<Outbox> also;

  /** An outbox in this file, opened when first needed. */
  public Outbox(Path file, InstantSource clock) {
    this(file, clock, (_, _) -> {}, Optional.empty());
  }

  /**
   * With an account of what goes through.
   *
   * @param account is told of queue entries
   * @param also another store's outbox: whatever point gets in here is in there before
   */
  public Outbox(
      Path file,
      InstantSource clock,
      BiConsumer<Fate, Collection<String>> account,
      Optional<Outbox> also) {
    this.account = account;
    this.also = also;
    this.clock = clock;
    database = new Database(file, SCHEMA);
    quarantine = new LocalQuarantine(database, clock, this::enqueue);
    moves = new QuarantineMoves(database);
    collected = new CollectedArchives(database);
    carried = new CarriedLists(database);
    deliveryTimes = new DeliveryTimes(database);
  }

  @Override
  public String name() {
    return "outbox";
  }

  @Override
  public CheckResult check() {
    try {
      return CheckResult.ok(size() + " points waiting");
    } catch (OutboxException e) {
      return CheckResult.down(String.valueOf(e.getMessage()));
    }
  }

  /** A name for this data directory, made once: whose in-flight list in Redis is whose. */
  public String instanceId() {
    return write(connection -> {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT id FROM instance")) {
        if (rows.next()) {
          return rows.getString(1);
        }
      }
      String id = UUID.randomUUID().toString();
      try (var insert = connection.prepareStatement("INSERT INTO instance VALUES (?)")) {
        insert.setString(1, id);
        insert.executeUpdate();
      }
      return id;
    });
  }

  /**
   * Makes a batch durable, in one transaction; before that its points in the other store's outbox.
   * What a crash leaves there alone comes once more and is written twice.
   */
  public void append(Intake intake) {
    also.ifPresent(other -> other.append(intake.points()));
    if (!intake.isEmpty()) {
      appendAll(intake);
    }
    Set<String> waiting =
        intake.arrivals.stream()
            .map(Intake.Arrival::entry)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    account.accept(Fate.WAITS, waiting);
    account.accept(
        Fate.REFUSED,
        intake.refusals.stream()
            .map(Intake.Refusal::entry)
            .filter(entry -> !waiting.contains(entry))
            .toList());
    account.accept(Fate.GONE, intake.gone);
    account.accept(Fate.EMPTY, intake.empty);
    account.accept(
        Fate.DELETED, intake.deleted.stream().filter(entry -> !waiting.contains(entry)).toList());
  }

  private void appendAll(Intake intake) {
    change(connection -> {
      enqueue(connection, intake.arrivals);
      for (Intake.Refusal refusal : intake.refusals) {
        quarantine.add(connection, refusal);
      }
      count(connection, 0, intake.refusals.size());
      countCollected(connection, intake.arrivals.size() + intake.refusals.size());
      CollectedArchives.add(connection, intake.collected);
      CarriedLists.Carried list = intake.carried;
      if (list != null) {
        CarriedLists.add(connection, list);
      }
      return intake.arrivals.size();
    });
    collected.added(intake.collected);
    arrivals.raise();
  }

  /**
   * The oldest points of a part of the queue, in the order of arrival, fewer than asked for where
   * they are large. They stay until acknowledged. A point is left out while an older revision of it
   * waits that is not in the answer: whoever delivers revisions side by side mixes them up.
   *
   * @param after only points that came later than the one of this id
   * @param upTo only points that came no later than the one of this id
   */
  public List<Delivery> waiting(long after, long upTo, int most) {
    var deliveries = new ArrayList<Delivery>();
    var damaged = new HashSet<String>();
    change(connection -> {
      deliveries.clear();
      damaged.clear();
      var unreadable = new ArrayList<Long>();
      try (var select = connection.prepareStatement(WAITING)) {
        select.setLong(1, after);
        select.setLong(2, upTo);
        var given = new HashSet<Long>();
        try (var rows = select.executeQuery()) {
          for (long bytes = 0; bytes < BATCH_BYTES && deliveries.size() < most && rows.next(); ) {
            long id = rows.getLong(1);
            long older = rows.getLong(2);
            if (older != 0 && !given.contains(older)) {
              continue;
            }
            byte[] encoded = rows.getBytes(4);
            bytes += encoded.length;
            try {
              Point point = PointCodec.decode(encoded);
              deliveries.add(new Delivery(id, rows.getString(3), point));
              given.add(id);
            } catch (IllegalArgumentException e) {
              LOG.error("row {} of {} is damaged", id, database.file(), e);
              unreadable.add(id);
              damaged.add(rows.getString(3));
            }
          }
        }
      }
      for (long id : unreadable) {
        quarantine.setAsideDamaged(connection, id);
      }
      if (!unreadable.isEmpty()) {
        count(connection, 0, unreadable.size());
      }
      return -unreadable.size();
    });
    account.accept(Fate.REFUSED, damaged);
    return deliveries;
  }

  /** How many points came later than the one of this id; none beyond a number is counted. */
  public int countWaiting(long after, int most) {
    return write(connection -> {
      try (var select =
          connection.prepareStatement(
              "SELECT count(*) FROM (SELECT 1 FROM queue WHERE id > ? LIMIT ?)")) {
        select.setLong(1, after);
        select.setInt(2, most);
        try (var rows = select.executeQuery()) {
          rows.next();
          return rows.getInt(1);
        }
      }
    });
  }

  /** The oldest points of all. */
  public List<Delivery> oldest(int most) {
    return waiting(0, Long.MAX_VALUE, most);
  }

  /** The point that came last, of those that wait; none when it can't be read. */
  public Optional<Delivery> newest() {
    return write(connection -> {
      try (var statement = connection.createStatement();
          var rows =
              statement.executeQuery(
                  "SELECT id, entry, point FROM queue ORDER BY id DESC LIMIT 1")) {
        if (!rows.next()) {
          return Optional.empty();
        }
        Point point = PointCodec.decode(rows.getBytes(3));
        return Optional.of(new Delivery(rows.getLong(1), rows.getString(2), point));
      } catch (IllegalArgumentException e) {
        LOG.debug("the newest point is damaged", e);
        return Optional.empty();
      }
    });
  }

  /**
   * Looks at what waits, the newest first; takes nothing away. What can't be read is left out.
   *
   * @param most points to look at
   * @return whether that was all
   */
  public boolean look(int most, Consumer<Point> points) {
    long before = Long.MAX_VALUE;
    for (int left = most; left > 0; ) {
      long end = before;
      int wanted = Math.min(left, LOOKED_AT_ONCE);
      var page = new ArrayList<byte[]>();
      before =
          write(connection -> {
            page.clear();
            long last = 0;
            try (var select =
                connection.prepareStatement(
                    "SELECT id, point FROM queue WHERE id < ? ORDER BY id DESC LIMIT ?")) {
              select.setLong(1, end);
              select.setInt(2, wanted);
              try (var rows = select.executeQuery()) {
                while (rows.next()) {
                  last = rows.getLong(1);
                  page.add(rows.getBytes(2));
                }
              }
            }
            return last;
          });
      for (byte[] encoded : page) {
        try {
          points.accept(PointCodec.decode(encoded));
        } catch (IllegalArgumentException e) {
          LOG.debug("a point that waits is damaged", e);
        }
      }
      left -= page.size();
      if (page.size() < wanted) {
        return true;
      }
    }
    return false;
  }

  /**
   * Changes what waits. Nobody may have a part of it in hand meanwhile.
   *
   * @param what gives what a point becomes; empty for nothing
   * @return how many points left the queue
   */
  public long amend(Function<Point, Optional<Point>> what) {
    long dropped = 0;
    var page = new Amended(0, 0, Set.of());
    do {
      long after = page.last();
      var next = new AtomicReference<>(page);
      change(connection -> {
        Amended now = amend(connection, after, what);
        next.set(now);
        return -now.dropped();
      });
      page = next.get();
      dropped += page.dropped();
      account.accept(Fate.DELETED, page.entries());
    } while (page.last() > 0);
    return dropped;
  }

  /**
   * Of a page.
   *
   * @param last the id of its last point; 0 when there is none
   * @param entries of points that left
   */
  private record Amended(long last, int dropped, Set<String> entries) {}

  private static Amended amend(
      Connection connection, long after, Function<Point, Optional<Point>> what)
      throws SQLException {
    long last = 0;
    var gone = new ArrayList<Long>();
    var entries = new LinkedHashSet<String>();
    var changed = new LinkedHashMap<Long, Point>();
    try (var select =
        connection.prepareStatement(
            "SELECT id, entry, point FROM queue WHERE id > ? ORDER BY id LIMIT ?")) {
      select.setLong(1, after);
      select.setInt(2, LOOKED_AT_ONCE);
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          last = rows.getLong(1);
          try {
            Point point = PointCodec.decode(rows.getBytes(3));
            Optional<Point> becomes = what.apply(point);
            if (becomes.isEmpty()) {
              gone.add(last);
              entries.add(rows.getString(2));
            } else if (!becomes.get().equals(point)) {
              changed.put(last, becomes.get());
            }
          } catch (IllegalArgumentException e) {
            LOG.debug("a point that waits is damaged", e);
          }
        }
      }
    }
    try (var update = connection.prepareStatement("UPDATE queue SET point = ? WHERE id = ?");
        var delete = connection.prepareStatement("DELETE FROM queue WHERE id = ?");
        var count = connection.prepareStatement("UPDATE totals SET deleted = deleted + ?")) {
      for (var one : changed.entrySet()) {
        update.setBytes(1, PointCodec.encode(one.getValue()));
        update.setLong(2, one.getKey());
        update.executeUpdate();
      }
      for (long id : gone) {
        delete.setLong(1, id);
        delete.executeUpdate();
      }
      if (!gone.isEmpty()) {
        count.setInt(1, gone.size());
        count.executeUpdate();
      }
    }
    return new Amended(last, gone.size(), entries);
  }

  /** The id of the point that came last, of those that wait; 0 when none does. */
  public long last() {
    return write(connection -> {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT max(id) FROM queue")) {
        rows.next();
        return rows.getLong(1);
      }
    });
  }

  /**
   * Lets go of a batch that the store has answered for.
   *
   * @param batch as {@link #oldest} gave it
   * @param rejected what the store will never take, with its reason; goes to quarantine
   */
  public void acknowledge(List<Delivery> batch, Map<Delivery, String> rejected) {
    if (batch.isEmpty()) {
      return;
    }
    change(connection -> {
      for (var rejection : rejected.entrySet()) {
        quarantine.add(connection, rejection.getKey(), rejection.getValue());
      }
      count(connection, batch.size() - rejected.size(), rejected.size());
      deliveryTimes.add(
          connection,
          batch.stream().filter(one -> !rejected.containsKey(one)).map(Delivery::point).toList(),
          clock.millis());
      return -delete(connection, batch);
    });
    var refused = new HashSet<String>();
    rejected.keySet().forEach(delivery -> refused.add(delivery.entry()));
    account.accept(
        Fate.STORED,
        batch.stream().map(Delivery::entry).filter(entry -> !refused.contains(entry)).toList());
    account.accept(Fate.REFUSED, refused);
  }

  /** How many points wait. */
  public long size() {
    long counted = size.get();
    if (counted != NOT_COUNTED) {
      return counted;
    }
    return change(connection -> 0);
  }

  /** How full it is. */
  public Load load() {
    return write(Load::of);
  }

  /** What went through, ever. */
  public Totals totals() {
    return write(connection -> {
      try (var statement = connection.createStatement();
          var rows =
              statement.executeQuery("SELECT stored, quarantined, last_stored_ms FROM totals")) {
        rows.next();
        long last = rows.getLong(3);
        Instant lastStored = rows.wasNull() ? null : Instant.ofEpochMilli(last);
        return new Totals(rows.getLong(1), rows.getLong(2), lastStored);
      }
    });
  }

  /** What came in, and where it is; of one moment. */
  public Balance balance() {
    return write(connection -> {
      try (var statement = connection.createStatement();
          var rows =
              statement.executeQuery(
                  "SELECT collected, stored, (SELECT count(*) FROM queue), deleted FROM totals")) {
        rows.next();
        return new Balance(
            rows.getLong(1),
            rows.getLong(2),
            LocalQuarantine.totals(connection),
            rows.getLong(3),
            rows.getLong(4));
      }
    });
  }

  /** Another store's, which all points get into, too. */
  public Optional<Outbox> also() {
    return also;
  }

  /** What this instance has set aside. */
  public Quarantine quarantine() {
    return quarantine;
  }

  /** How it gets to where all instances find it. */
  public QuarantineMoves moves() {
    return moves;
  }

  /** Which archives are no news. */
  public CollectedArchives collected() {
    return collected;
  }

  /** Which lists in Redis wait until the store has their points. */
  public CarriedLists carried() {
    return carried;
  }

  /** When the store took what. */
  public DeliveryTimes deliveryTimes() {
    return deliveryTimes;
  }

  /** Waits until something arrives, or until the time is over. */
  public void awaitArrival(Duration most) throws InterruptedException {
    arrivals.await(most);
  }

  @Override
  public void close() {
    database.close();
  }

  /** The file is ours alone: reading is a transaction that writes nothing. */
  private <T> T write(Sql<T> work) {
    try {
      return database.write(work);
    } catch (SqliteException e) {
      throw new OutboxException(e);
    }
  }

  /** Runs work that says by how many rows the queue grew; keeps {@link #size} true. */
  private synchronized long change(Sql<Integer> work) {
    long before = size.get();
    long after = NOT_COUNTED;
    try {
      after =
          write(connection -> {
            int grown = work.on(connection);
            return before == NOT_COUNTED ? rows(connection) : before + grown;
          });
    } finally {
      size.set(after);
    }
    return after;
  }

  private static long rows(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM queue")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Puts into the queue what {@code work} gives, in the transaction that the work is done in. */
  private void enqueue(Sql<List<Intake.Arrival>> work) {
    change(connection -> {
      List<Intake.Arrival> given = work.on(connection);
      also.ifPresent(other -> other.append(Intake.of(given)));
      enqueue(connection, given);
      countCollected(connection, given.size());
      return given.size();
    });
    arrivals.raise();
  }

  private void enqueue(Connection connection, List<Intake.Arrival> arrivals) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO queue (entry, point, at_ms, identity) VALUES (?,?,?,?)")) {
      for (Intake.Arrival arrival : arrivals) {
        insert.setString(1, arrival.entry());
        insert.setBytes(2, PointCodec.encode(arrival.point()));
        insert.setLong(3, clock.millis());
        insert.setLong(4, PointIdentity.of(arrival.point()));
        insert.executeUpdate();
      }
    }
  }

  private void count(Connection connection, int stored, int quarantined) throws SQLException {
    try (var update =
        connection.prepareStatement(
            "UPDATE totals SET stored = stored + ?, quarantined = quarantined + ?,"
                + " last_stored_ms = CASE WHEN ? > 0 THEN ? ELSE last_stored_ms END")) {
      update.setInt(1, stored);
      update.setInt(2, quarantined);
      update.setInt(3, stored);
      update.setLong(4, clock.millis());
      update.executeUpdate();
    }
  }

  private static void countCollected(Connection connection, int points) throws SQLException {
    try (var update = connection.prepareStatement("UPDATE totals SET collected = collected + ?")) {
      update.setInt(1, points);
      update.executeUpdate();
    }
  }

  private static int delete(Connection connection, List<Delivery> batch) throws SQLException {
    try (var delete = connection.prepareStatement("DELETE FROM queue WHERE id = ?")) {
      int deleted = 0;
      for (Delivery delivery : batch) {
        delete.setLong(1, delivery.id());
        deleted += delete.executeUpdate();
      }
      return deleted;
    }
  }
}
