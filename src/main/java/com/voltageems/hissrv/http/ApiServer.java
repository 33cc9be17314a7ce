package com.voltageems.hissrv.http;

import com.voltageems.hissrv.backup.PointImport;
import com.voltageems.hissrv.config.ApiConfig;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.LiveConfig;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.net.BindException;
import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** The HTTP API: a thread of its own, virtual, for every request. */
public final class ApiServer implements AutoCloseable {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final int HEADER_BYTES = 16 * 1024;
  private static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

  private static final int HEAD_SECONDS = 10;
  private static final int BODY_SECONDS = 60;

  private static final int MOST_OF_AN_ADDRESS = SlowClients.MOST_CONNECTIONS / 2;

  private final ApiConfig config;
  private final SlowClients slowClients;
  private final Access access;
  private final @Nullable Certificates certificates;
  private final RouteTable table;
  private final QueryRoute queries;
  private final ExportRoute exports;
  private final LiveRoute liveValues;
  private final WindowRoutes windows;
  private final BackupRoutes backups;
  private final CorrectionRoutes corrections;
  private final Javalin javalin;

  /**
   * Listens to nobody until {@link #start}.
   *
   * @param shelf what the store refused
   * @param also what the second store refused, if there is one
   * @param live null where there is nothing that could be changed
   * @param dryRun tries a configuration on the live keys; its result is shown as JSON
   */
  public ApiServer(
      ApiConfig config,
      Operations operations,
      Questions questions,
      Shelf shelf,
      Optional<Shelf> also,
      PointImport imports,
      @Nullable LiveConfig live,
      Function<Config, Object> dryRun,
      InstantSource clock) {
    this(
        config,
        operations,
        questions,
        shelf,
        also,
        imports,
        live,
        dryRun,
        clock,
        new SlowClients(HEAD_SECONDS, BODY_SECONDS));
  }

  /** With other deadlines. */
  ApiServer(
      ApiConfig config,
      Operations operations,
      Questions questions,
      Shelf shelf,
      Optional<Shelf> also,
      PointImport imports,
      @Nullable LiveConfig live,
      Function<Config, Object> dryRun,
      InstantSource clock,
      SlowClients slowClients) {
    this.config = config;
    this.slowClients = slowClients;
    this.access = new Access(config.host(), config.access(), clock);
    this.certificates = config.tls().map(Certificates::new).orElse(null);
    var routes = new ArrayList<>(new ServiceRoutes(operations).routes());
    this.queries = new QueryRoute(questions.history());
    routes.add(queries.route());
    this.exports = new ExportRoute(questions.history());
    routes.add(exports.route());
    routes.addAll(new HisApiRoutes(questions.points(), queries).routes());
    routes.addAll(new InventoryRoutes(questions.inventory()).routes());
    routes.add(new LatestRoute(questions.latest()).route());
    routes.add(new ExplainRoute(questions.explain(), queries).route());
    this.liveValues = new LiveRoute(questions.live());
    routes.add(liveValues.route());
    this.windows = new WindowRoutes(questions.completeness(), questions.verify());
    routes.addAll(windows.routes());
    routes.addAll(new Shelves(shelf, also).routes());
    this.backups = new BackupRoutes(questions.days(), imports, clock);
    routes.addAll(backups.routes());
    this.corrections = new CorrectionRoutes(questions.corrections(), questions.deletions());
    routes.addAll(corrections.routes());
    if (live != null) {
      routes.addAll(new ConfigRoutes(live, dryRun).routes());
      routes.addAll(new MappingRoutes(live).routes());
    }
    this.table = new RouteTable(new IndexRoutes(routes).all());
    this.javalin = Javalin.create(this::configure);
  }

  private void configure(JavalinConfig c) {
    c.concurrency.useVirtualThreads = true;
    c.startup.showJavalinBanner = false;
    c.startup.showOldJavalinVersionWarning = false;
    c.startup.startupWatcherEnabled = false;
    c.http.prefer405over404 = true;
    c.http.maxRequestSize = BodyLimit.MAX_BYTES;
    c.jetty.modifyServer(server -> {
      server.setStopTimeout(STOP_PATIENCE.toMillis());
      server.setErrorHandler(new ErrorPages());
    });
    c.jetty.modifyHttpConfiguration(http -> {
      http.setUriCompliance(UriCompliance.DEFAULT);
      http.setSendServerVersion(false);
      http.setRequestHeaderSize(HEADER_BYTES);
    });
    c.jetty.addConnector(this::connector);
    c.routes.before(this::before);
    table.register(c.routes, access);
    new Problems(table).register(c);
  }

  private Connector connector(Server server, HttpConfiguration http) {
    ServerConnector connector;
    if (certificates == null) {
      connector = new ServerConnector(server, new HttpConnectionFactory(http));
    } else {
      var secure = new HttpConfiguration(http);
      // Whether the certificate is for the name that was used is the client's to judge.
      secure.addCustomizer(new SecureRequestCustomizer(false));
      connector =
          new ServerConnector(server, certificates.context(), new HttpConnectionFactory(secure));
    }
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setIdleTimeout(IDLE.toMillis());
    connector.setAcceptedTcpNoDelay(true);
    connector.addBean(slowClients);
    connector.addBean(new Crowds(MOST_OF_AN_ADDRESS));
    connector.addBean(new NetworkConnectionLimit(SlowClients.MOST_CONNECTIONS, connector));
    return connector;
  }

  private void before(Context ctx) {
    SecurityHeaders.ALL.forEach(ctx::header);
    if (ctx.header(METHOD_OVERRIDE) != null) {
      throw new ProblemException(
          Problem.of(
              400,
              "method-override",
              "The method can't be overridden",
              METHOD_OVERRIDE + " is not honoured; send the request with the method you mean."));
    }
    OtherOrigins.tell(ctx, access.rules());
    BodyLimit.check(ctx);
  }

  /**
   * Begins to listen; returns when it does.
   *
   * @throws ApiException when it can't listen there
   */
  public void start() {
    try {
      javalin.start();
      access.tell();
    } catch (RuntimeException e) {
      throw new ApiException(
          "can't listen on %s:%d: %s".formatted(config.host(), config.port(), why(e)), e);
    }
  }

  private static String why(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof UnresolvedAddressException) {
        return "nobody knows this host name; set api.host to an address of this machine";
      }
      if (cause instanceof BindException && message.contains("in use")) {
        return "another process uses this port; stop it or set api.port to another";
      }
      if (cause instanceof BindException && message.contains("assign")) {
        return "this is no address of this machine; set api.host to one, or to 0.0.0.0 for all";
      }
      if (cause instanceof SocketException && message.contains("denied")) {
        return "this user may not use this port; set api.port to one above 1023";
      }
    }
    return String.valueOf(failure.getMessage());
  }

  /** Goes on by what may change while it runs: from the next request on. */
  public void reconfigure(ApiConfig next) {
    access.follow(next.access());
  }

  /** Takes up the certificate anew where its files have changed. To be called again and again. */
  public void reloadCertificates() {
    if (certificates != null) {
      certificates.reloadIfChanged();
    }
  }

  /** Where it listens, also when the configuration left the choice open. */
  public int port() {
    return javalin.port();
  }

  /** Takes no new requests, lets those in flight finish for at most ten seconds. */
  @Override
  public void close() {
    liveValues.close();
    javalin.stop();
    slowClients.close();
    queries.close();
    exports.close();
    windows.close();
    backups.close();
    corrections.close();
  }
}
