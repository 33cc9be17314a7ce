package com.voltageems.hissrv.app;

import com.voltageems.hissrv.aggregate.Aggregation;
import com.voltageems.hissrv.aggregate.Archives;
import com.voltageems.hissrv.aggregate.InFlight;
import com.voltageems.hissrv.aggregate.LiveHashes;
import com.voltageems.hissrv.aggregate.Mode;
import com.voltageems.hissrv.aggregate.OpenArchives;
import com.voltageems.hissrv.aggregate.PublishedSettings;
import com.voltageems.hissrv.aggregate.SampleRules;
import com.voltageems.hissrv.aggregate.Tiling;
import com.voltageems.hissrv.alert.Alerts;
import com.voltageems.hissrv.backup.PointImport;
import com.voltageems.hissrv.backup.StoredDays;
import com.voltageems.hissrv.collect.Collector;
import com.voltageems.hissrv.collect.Replay;
import com.voltageems.hissrv.collect.Sharing;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.LeaseConfig;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.config.SiteConfig;
import com.voltageems.hissrv.correct.CommonOrders;
import com.voltageems.hissrv.correct.Corrections;
import com.voltageems.hissrv.correct.Deletions;
import com.voltageems.hissrv.correct.SecondStore;
import com.voltageems.hissrv.deliver.Deliverer;
import com.voltageems.hissrv.http.ApiServer;
import com.voltageems.hissrv.http.Questions;
import com.voltageems.hissrv.http.Shelf;
import com.voltageems.hissrv.http.SyncReport;
import com.voltageems.hissrv.lease.ConfigInRedis;
import com.voltageems.hissrv.lease.Leases;
import com.voltageems.hissrv.lease.Ownership;
import com.voltageems.hissrv.lease.Peer;
import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.ledger.Shared;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.Quarantine;
import com.voltageems.hissrv.outbox.WriteBuffer;
import com.voltageems.hissrv.query.CompletenessQuery;
import com.voltageems.hissrv.query.ExplainQuery;
import com.voltageems.hissrv.query.FreshPoints;
import com.voltageems.hissrv.query.HistoryQuery;
import com.voltageems.hissrv.query.InventoryQuery;
import com.voltageems.hissrv.query.LatestQuery;
import com.voltageems.hissrv.query.LiveFeed;
import com.voltageems.hissrv.query.PointQuery;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.sqlite.Flushes;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoredPoints;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.verify.DryRun;
import com.voltageems.hissrv.verify.DryRunReport;
import com.voltageems.hissrv.verify.HeldArchives;
import com.voltageems.hissrv.verify.Reconciler;
import com.voltageems.hissrv.verify.SourceSeries;
import com.voltageems.hissrv.verify.VerifyQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service: the only place that knows what is built from what. Started in the order of the
 * flow's end to its beginning, stopped in reverse, so that what is in hand flows out.
 */
public final class HisSrv implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HisSrv.class);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Functions share Redis with sampling: what is left over waits for the next second. */
  private static final Duration TICK = Duration.ofMillis(600);

  private static final Duration PUBLISHING = Duration.ofSeconds(5);
  private static final Duration WATCHING = Duration.ofSeconds(30);
  private static final Duration RELOADING = Duration.ofSeconds(1);
  private static final Duration FACTS = Duration.ofSeconds(3);
  private static final Duration ALERTING = Duration.ofSeconds(1);
  private static final Duration RENEWAL = Duration.ofMinutes(10);
  private static final Duration LEASING = Duration.ofMillis(700);
  private static final Duration LETTING_GO = Duration.ofSeconds(20);

  /** Of the time that is left to stop in. */
  private static final double FOR_REQUESTS = 0.25;

  private static final double FOR_LOOPS = 0.4;
  private static final double FOR_WHAT_IS_IN_HAND = 0.7;

  private final @Nullable LiveConfig live;
  private final InstantSource clock;
  private final HistoryStore opened;
  private final Metrics metrics = new Metrics();
  private final RedisConnection redis;
  private final Optional<AlsoStore> also;
  private final Outbox outbox;
  private final Catalog catalog;
  private final HistoryStore store;
  private final StoreFacts facts;
  private final Ledger ledger;
  private final Reconciler reconciler;
  private final Cycle cycle;
  private final @Nullable Leases leases;
  private final Aggregation aggregation;
  private final PublishedSettings settings;
  private final Archives archives;
  private final Collector collector;
  private final Deliverer deliverer;
  private final Optional<CommonOrders> orders;
  private final Corrections corrections;
  private final Deletions deletions;
  private final Alerts alerts;
  private final ScheduledBackup backup;
  private final ApiServer api;
  private volatile Config config;
  private volatile Mapping mapping;
  private final List<Loop> loops = new ArrayList<>();
  private @Nullable Thread delivering;

  /** The service on Redis's own clock. */
  public static HisSrv live(Config config, InstantSource system) {
    return new HisSrv(config, null, system, null, UnaryOperator.identity());
  }

  /** The service on Redis's own clock, by a configuration that may change. */
  public static HisSrv live(LiveConfig config, InstantSource system) {
    return of(config, system, null);
  }

  /** The service on a given clock, for times that are not now. Its loops are not started. */
  public static HisSrv replay(Config config, InstantSource clock) {
    return replay(config, clock, UnaryOperator.identity());
  }

  /**
   * The service on a given clock, with something around its store.
   *
   * @param around is given the store, and returns the one that is used
   */
  public static HisSrv replay(
      Config config, InstantSource clock, UnaryOperator<HistoryStore> around) {
    return new HisSrv(config, null, clock, clock, around);
  }

  /** The service on a given clock, by a configuration that may change. */
  public static HisSrv replay(LiveConfig config, InstantSource clock) {
    return of(config, clock, clock);
  }

  private static HisSrv of(
      LiveConfig live, InstantSource clock, @Nullable InstantSource sampleClock) {
    Config config = SharedStart.caughtUp(live).current();
    return new HisSrv(config, live, clock, sampleClock, UnaryOperator.identity());
  }

  HisSrv(
      Config config,
      @Nullable LiveConfig live,
      InstantSource clock,
      @Nullable InstantSource sampleClock,
      UnaryOperator<HistoryStore> around) {
    this.config = config;
    this.live = live;
    this.clock = clock;
    Path data = config.store().path();
    var offenders = new Offenders(metrics, clock);
    mapping = mapping(config);
    redis = new RedisConnection(config.redis());
    var tiling = new Tiling(config.aggregation().levels(), config.site().timeZone());
    ledger =
        new Ledger(
            data.resolve("ledger.db"),
            shared(config.lease()),
            config.aggregation().levels(),
            tiling::windowAt,
            source -> mapping.of(source).isPresent(),
            clock);
    also = AlsoStore.of(config, clock);
    outbox =
        new Outbox(
            data.resolve("outbox.db"), clock, new LedgerFeed(ledger), also.map(AlsoStore::outbox));
    catalog = new Catalog(data.resolve("catalog.db"));
    opened = Stores.open(config, clock, metrics);
    store = around.apply(opened);
    facts = new StoreFacts(opened, config, catalog.types());
    leases =
        config.lease().enabled()
            ? new Leases(redis, config.lease(), outbox::instanceId, System::nanoTime)
            : null;
    aggregation =
        new Aggregation(
            redis,
            sampleClock == null ? redis.clock() : sampleClock,
            sampleClock == null ? Mode.LIVE : Mode.REPLAY,
            config.aggregation().levels(),
            config.site().timeZone(),
            mapping,
            sampleRules(config),
            metrics,
            offenders,
            leases == null ? Ownership.SOLE : leases,
            ledger::observe);
    settings =
        new PublishedSettings(
            redis,
            clock,
            config.aggregation().levels(),
            config.site().timeZone(),
            mapping,
            sampleRules(config));
    archives =
        new Archives(
            redis, clock, config.aggregation(), config.site().timeZone(), leases != null, metrics);
    var buffer = new WriteBuffer(config.performance().writeBufferSize());
    collector =
        new Collector(
            redis,
            outbox,
            catalog,
            mapping,
            config.redis().dataPatterns(),
            config.performance(),
            buffer,
            clock,
            metrics,
            offenders,
            archives::add,
            leases == null ? Sharing.NONE : new Sharing(config.lease(), leases),
            new StoredPoints(store)::has);
    deliverer = new Deliverer(outbox, store, config.performance(), buffer, metrics);
    var series = new SourceSeries(() -> mapping, catalog);
    reconciler =
        new Reconciler(
            ledger,
            tiling::windowAt,
            store,
            series,
            new HeldArchives(redis, clock),
            this::keptSince);
    cycle =
        new Cycle(
            aggregation, archives, collector, deliverer, also, outbox, ledger, reconciler, clock);
    var fresh =
        new FreshPoints(
            outbox,
            new OpenArchives(redis, sampleClock == null ? redis.clock() : sampleClock, tiling),
            new LiveHashes(redis, aggregation)::sources,
            () -> mapping,
            catalog.amendments(),
            leases == null
                ? Optional.empty()
                : Optional.of(new InFlight(redis, outbox::instanceId)));
    var history = new HistoryQuery(store, clock, () -> this.config.site().timeZone(), fresh);
    orders = Optional.ofNullable(leases).map(this::orders);
    corrections =
        new Corrections(
            store,
            outbox,
            catalog,
            () -> mapping,
            tiling::windowAt,
            collector::apart,
            clock,
            orders);
    deletions =
        new Deletions(
            store,
            outbox,
            also.map(second -> new SecondStore(second.store(), second.outbox())),
            catalog,
            ledger,
            series,
            tiling::windowAt,
            this::apart,
            clock,
            orders);
    var stored = new StoredDays(store);
    backup =
        new ScheduledBackup(
            () -> this.config.backup(),
            () -> this.config.site().timeZone(),
            stored,
            clock,
            metrics);
    alerts = new Alerts(config.alerts(), new AlertReadings(this, clock), clock);
    api =
        new ApiServer(
            config.api(),
            new ServiceOperations(this, clock),
            new Questions(
                history,
                new PointQuery(history, () -> mapping, catalog, clock),
                new InventoryQuery(store, catalog),
                new LatestQuery(store, clock, () -> this.config.site().timeZone()),
                new ExplainQuery(
                    store,
                    fresh,
                    ledger,
                    collector.quarantine(),
                    catalog,
                    () -> this.config.filters(),
                    clock,
                    () -> this.config.site().timeZone()),
                new LiveFeed(
                    new LiveHashes(redis, aggregation),
                    () -> mapping,
                    () -> this.config.sources().staleAfter()),
                new CompletenessQuery(ledger, clock),
                new VerifyQuery(ledger, reconciler, clock),
                stored,
                corrections,
                deletions),
            shelf(collector.quarantine()),
            outbox.also().map(Outbox::quarantine).map(this::shelf),
            new PointImport(outbox, catalog, () -> mapping, () -> this.config.performance(), clock),
            live,
            this::dryRun,
            clock);
    if (live != null) {
      live.keepHistory();
      live.onChange(this::reconfigure);
      if (leases != null) {
        live.share(new ConfigInRedis(redis, this::instance));
      }
    }
    ledger.flush();
    tell(config);
    if (also.isEmpty() && Files.exists(data.resolve(AlsoStore.FILE))) {
      LOG.warn(
          "{} has what waits for a second store; without store.also it stays there",
          data.resolve(AlsoStore.FILE));
    }
  }

  private String instance() {
    String name = config.lease().instance();
    return name.isEmpty() ? outbox.instanceId() : name;
  }

  private CommonOrders orders(Leases among) {
    return new CommonOrders(
        redis,
        store,
        outbox,
        catalog,
        this::instance,
        () -> among.peers().stream().map(Peer::instance).toList(),
        this::apart,
        clock,
        System::nanoTime);
  }

  private Shelf shelf(Quarantine of) {
    return new Shelf(of, new Replay(of, catalog, () -> mapping));
  }

  private static void tell(Config config) {
    config.warnings().forEach(warning -> LOG.warn("{}", warning));
    if (config.mappings().isEmpty()) {
      LOG.warn("no mappings are configured: nothing is sampled");
    }
  }

  private static Mapping mapping(Config config) {
    return new Mapping(config.mappings(), config.aggregations());
  }

  private static SampleRules sampleRules(Config config) {
    return new SampleRules(config.sources(), config.filters());
  }

  private DryRunReport dryRun(Config tried) {
    try {
      return new DryRun(tried, redis, DryRun.MOST).run(_ -> {});
    } catch (RedisException e) {
      throw QueryProblem.redisDown(e);
    }
  }

  /** While nothing is collected or delivered: what is changed then is not changed back. */
  private void apart(Runnable work) {
    Runnable inBoth =
        also.<Runnable>map(second -> () -> second.apart(LETTING_GO, work)).orElse(work);
    collector.apart(() -> deliverer.apart(LETTING_GO, inBoth));
  }

  private Instant keptSince(Level level) {
    return config.store().retention().of(level).map(clock.instant()::minus).orElse(Instant.MIN);
  }

  /**
   * Goes on by another configuration: each part from its next sample, batch or beat on. Waits for
   * nothing. What only a restart changes must be as it was.
   */
  public synchronized void reconfigure(Config next) {
    Mapping rules = mapping(next);
    config = next;
    mapping = rules;
    aggregation.reconfigure(rules, sampleRules(next));
    settings.reconfigure(rules, sampleRules(next));
    collector.reconfigure(rules, next.redis().dataPatterns(), next.performance());
    deliverer.reconfigure(next.performance());
    also.ifPresent(second -> second.reconfigure(next.performance()));
    Stores.keep(opened, next.store().retention());
    alerts.reconfigure(next.alerts());
    api.reconfigure(next.api());
    if (next.mappings().isEmpty()) {
      LOG.warn("no mappings are configured: nothing is sampled");
    }
  }

  /**
   * Starts everything. Redis and the store may be down; only an address that can't be listened on
   * stops the start.
   */
  public void start() {
    api.start();
    Thread _ = Thread.startVirtualThread(redis::watchMemory);
    startFlow();
    start(new Loop("watch", WATCHING, clock, redis::watchMemory));
    start(new Loop("backup", SECOND, clock, backup::turn));
    start(new Loop("alerts", ALERTING, clock, alerts::evaluate));
    startSharing();
    if (live != null) {
      start(new Loop("reload", RELOADING, clock, live::reloadIfChanged));
      live.follow();
      start(new Loop("config", RELOADING, clock, live::follow));
    }
    start(new Loop("certificates", RELOADING, clock, api::reloadCertificates));
    start(new Loop("renew", RENEWAL, clock, this::renew));
    if (config.aggregation().enabled()) {
      start(new Loop("publish", PUBLISHING, clock, settings::publish));
      start(new Loop("sample", () -> config.sources().interval(), clock, this::tick));
      start(new Loop("functions", SECOND, clock, this::addFunctions));
    }
    LOG.info("{} listens on {}:{}", config.service().name(), config.api().host(), port());
  }

  /** Starts what collects and delivers, and nothing else: samples are somebody else's to take. */
  public void startFlow() {
    learnFacts();
    start(new Loop("facts", facts::period, clock, facts::learn));
    orders.ifPresent(all -> {
      all.begin();
      start(new Loop("orders", SECOND, clock, all::follow));
    });
    delivering = Thread.ofVirtual().name("deliver").start(deliverer::run);
    also.ifPresent(AlsoStore::start);
    start(
        new Loop(
            "collect",
            () -> config.service().pollingInterval(),
            clock,
            () -> {
              Collector.Progress _ = cycle.collect();
            }));
    start(new Loop("ledger", () -> config.service().pollingInterval(), clock, cycle::keepLedger));
  }

  /** Tells other instances that this one is alive, and takes its share of the sources. */
  public void startSharing() {
    start(new Loop("alive", collector.beatPeriod(), clock, this::beat));
    if (leases != null && config.aggregation().enabled()) {
      leases.turn();
      start(new Loop("lease", LEASING, clock, leases::turn));
    }
  }

  /** Before the first point is made, if the store answers at all; else the loop goes on asking. */
  private void learnFacts() {
    Thread learning = Thread.startVirtualThread(facts::learn);
    try {
      boolean _ = learning.join(FACTS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void start(Loop loop) {
    loops.add(loop);
    loop.start();
  }

  /** The port the API listens on, once started. */
  public int port() {
    return api.port();
  }

  /** Where samples come from and windows are closed. */
  public Aggregation aggregation() {
    return aggregation;
  }

  /** What was expected, sampled and delivered. */
  public Ledger ledger() {
    return ledger;
  }

  /** Where history goes. */
  public HistoryStore store() {
    return store;
  }

  /** What is known of each series. */
  public Catalog catalog() {
    return catalog;
  }

  /** A full cycle now: close what has ended, collect, deliver. Never throws. */
  public SyncReport sync() {
    return cycle.sync(config.aggregation().enabled());
  }

  /** Entries pending in Redis and points in the outbox; empty while either can't be asked. */
  public OptionalLong queueSize() {
    return cycle.queueSize();
  }

  /**
   * Stops sampling first, then brings what is in hand to the store; all within {@code
   * service.stop_timeout}, also when the store hangs. What is not delivered stays in the outbox.
   */
  @Override
  public void close() {
    var deadline = Deadline.in(config.service().stopTimeout());
    deadline.part(FOR_REQUESTS).run("requests in flight", api::close);
    var forLoops = deadline.part(FOR_LOOPS);
    backup.stop();
    loops.forEach(Loop::askToStop);
    loops.reversed().forEach(loop -> loop.stop(forLoops.left()));
    loops.clear();
    if (leases != null && config.aggregation().enabled()) {
      deadline.part(FOR_LOOPS).run("leases", leases::leave);
    }
    Thread run = delivering;
    if (run != null) {
      deadline.part(FOR_WHAT_IS_IN_HAND).run("what is in hand", cycle::drain);
      run.interrupt();
      deadline.run("delivery", () -> Deadline.join(run));
      also.ifPresent(second -> deadline.run("delivery to store.also", second::stop));
    }
    deadline.part(FOR_LOOPS).run("the ledger", ledger::close);
    deadline.run("closing", this::closeParts);
  }

  private void closeParts() {
    alerts.close();
    redis.close();
    outbox.close();
    catalog.close();
    store.close();
    also.ifPresent(AlsoStore::close);
  }

  SiteConfig site() {
    return config.site();
  }

  Metrics metrics() {
    return metrics;
  }

  /** The second store, if there is one. */
  Optional<AlsoStore> also() {
    return also;
  }

  /** The store itself, whatever is around it. */
  HistoryStore opened() {
    return opened;
  }

  Optional<Leases> leases() {
    return Optional.ofNullable(leases);
  }

  Alerts alerts() {
    return alerts;
  }

  ScheduledBackup backup() {
    return backup;
  }

  Archives archives() {
    return archives;
  }

  Corrections corrections() {
    return corrections;
  }

  Deletions deletions() {
    return deletions;
  }

  Reconciler reconciler() {
    return reconciler;
  }

  Outbox outbox() {
    return outbox;
  }

  Collector collector() {
    return collector;
  }

  /** How often each of its files was forced to disk since the process began. */
  SortedMap<String, Long> flushes() {
    Path data = config.store().path();
    var flushes = new TreeMap<String, Long>();
    var files = new ArrayList<>(List.of("catalog.db", "ledger.db", "outbox.db", "store"));
    also.ifPresent(_ -> files.add(AlsoStore.FILE));
    for (String name : files) {
      flushes.put(name.replace(".db", ""), Flushes.in(data.resolve(name)));
    }
    return flushes;
  }

  /** In the order of the flow. */
  List<Component> components() {
    var components =
        new ArrayList<Component>(
            List.of(redis, aggregation, collector, outbox, deliverer, store, ledger));
    also.ifPresent(second -> components.addAll(second.components()));
    if (leases != null) {
      components.add(leases);
    }
    if (backup.isConfigured()) {
      components.add(backup);
    }
    if (live != null) {
      components.add(live);
    }
    return components;
  }

  /** Closing shares the interval with sampling: what is left over waits for the next. */
  private void tick() {
    aggregation.tick(config.sources().interval().multipliedBy(6).dividedBy(10));
  }

  private void addFunctions() {
    try {
      int _ = aggregation.addFunctions(TICK);
    } catch (RedisException e) {
      LOG.debug("functions wait", e);
    }
  }

  private void beat() {
    try {
      collector.beat();
    } catch (RedisException | OutboxException e) {
      LOG.debug("can't tell others that this instance is alive", e);
    }
  }

  private @Nullable Shared shared(LeaseConfig lease) {
    return lease.enabled() ? new Shared(redis, lease.shards(), lease.ledgerRetention()) : null;
  }

  private void renew() {
    collector.renewPending(config.aggregation().archiveMemory());
  }
}
