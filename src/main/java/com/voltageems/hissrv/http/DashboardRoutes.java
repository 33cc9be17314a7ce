package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.Role;
import com.voltageems.hissrv.model.Nearest;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard's files. They are named here one by one: a path that is asked for is never looked
 * up anywhere but in this list.
 */
final class DashboardRoutes {
  private static final String WEBJARS = "/META-INF/resources/webjars/";
  private static final String UPLOT = WEBJARS + "uplot/1.6.30/dist/";
  private static final String SWAGGER = WEBJARS + "swagger-ui/5.34.1/";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private static final List<String> FILES =
      List.of(
          "api.js",
          "chart.js",
          "docs.js",
          "dom.js",
          "format.js",
          "history.js",
          "i18n.js",
          "icon.svg",
          "lang/en.js",
          "lang/zh.js",
          "main.js",
          "points.js",
          "style.css",
          "time.js",
          "views/completeness.js",
          "views/configuration.js",
          "views/energy.js",
          "views/now.js",
          "views/pipeline.js",
          "views/trends.js");

  /** Nothing from elsewhere, nothing in line, in nobody's frame. */
  private static final String POLICY =
      "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  /** Swagger UI styles its elements in line; scripts are ours alone all the same. */
  private static final String DOCS_POLICY = POLICY + "; style-src 'self' 'unsafe-inline'";

  /**
   * What is sent.
   *
   * @param tag tells that it is the same as before
   */
  private record File(String type, String resource, String tag) {}

  private final File page = file("index.html", "/dashboard/index.html");
  private final File docs = file("docs.html", "/dashboard/docs.html");
  private final Map<String, File> files = new LinkedHashMap<>();

  DashboardRoutes() {
    for (String name : FILES) {
      files.put(name, file(name, "/dashboard/" + name));
    }
    files.put("uplot.js", file("uplot.js", UPLOT + "uPlot.iife.min.js"));
    files.put("uplot.css", file("uplot.css", UPLOT + "uPlot.min.css"));
    files.put("swagger-ui.js", file("swagger-ui.js", SWAGGER + "swagger-ui-bundle.js"));
    files.put("swagger-ui.css", file("swagger-ui.css", SWAGGER + "swagger-ui.css"));
  }

  List<Route> routes() {
    return List.of(
        Route.get("/docs", Role.ANYONE, "This API, to read and to try", this::docs),
        Route.get(
            "/ui/{file}",
            Role.ANYONE,
            "A file of the dashboard",
            ctx -> send(ctx, ctx.pathParam("file"))),
        Route.get(
            "/ui/{folder}/{file}",
            Role.ANYONE,
            "A file of the dashboard",
            ctx -> send(ctx, ctx.pathParam("folder") + "/" + ctx.pathParam("file"))));
  }

  /** The page for who looks with a browser, else what {@code others} get. */
  Handler pageOr(Handler others) {
    return ctx -> {
      ctx.header("Vary", "Accept, Accept-Encoding");
      if (wantsPage(ctx.header("Accept"))) {
        ctx.header("Content-Security-Policy", POLICY);
        send(ctx, page);
      } else {
        others.handle(ctx);
      }
    };
  }

  private void docs(Context ctx) {
    if (ctx.path().endsWith("/")) {
      ctx.status(302).header("Location", "../docs");
      return;
    }
    ctx.header("Content-Security-Policy", DOCS_POLICY);
    send(ctx, docs);
  }

  /** Browsers name HTML; programs name JSON, anything, or nothing. */
  private static boolean wantsPage(@Nullable String accept) {
    return accept != null && accept.contains("text/html");
  }

  private void send(Context ctx, String name) {
    File file = files.get(name);
    if (file == null) {
      List<String> nearest = Nearest.to(name, files.keySet());
      throw new ProblemException(
          Problem.of(404, "unknown-path", "No such path", "The dashboard has no such file.")
              .with("nearest", nearest));
    }
    send(ctx, file);
  }

  /** Asked for again each time, but sent only when it has changed. */
  private static void send(Context ctx, File file) {
    ctx.header("Cache-Control", "no-cache").header("ETag", file.tag());
    String known = ctx.header("If-None-Match");
    if (known != null && known.contains(file.tag())) {
      ctx.status(304);
    } else {
      ctx.contentType(file.type()).result(content(file.resource()));
    }
  }

  private static File file(String name, String resource) {
    try {
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      if (type == null) {
        throw new IllegalStateException("what is " + name + "?");
      }
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content(resource));
      return new File(type, resource, '"' + HexFormat.of().formatHex(hash, 0, 12) + '"');
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Read anew each time: two megabytes are too many to keep for who rarely looks. */
  private static byte[] content(String resource) {
    try (InputStream in = DashboardRoutes.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
