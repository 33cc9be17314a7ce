package com.voltageems.hissrv.http;

import com.voltageems.hissrv.query.LiveFeed;
import com.voltageems.hissrv.query.LiveListener;
import com.voltageems.hissrv.query.LiveRequest;
import com.voltageems.hissrv.query.LiveValues;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Live values as server-sent events. A listener who takes nothing is cut off when the connection
 * has stood still for half a minute, as everywhere.
 */
final class LiveRoute implements AutoCloseable {
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final int RETRY_MILLIS = 3_000;

  private final LiveFeed feed;

  LiveRoute(LiveFeed feed) {
    this.feed = feed;
  }

  Route route() {
    return Route.get(
        "/live", "Live values as server-sent events: ?source=comsrv:*:m", this::answer);
  }

  private void answer(Context ctx) throws IOException, InterruptedException {
    var request = LiveRequest.parse(QueryString.parse(ctx.queryString()));
    ctx.contentType("text/event-stream; charset=utf-8");
    // A proxy that gathers answers would keep the events to itself.
    ctx.header("X-Accel-Buffering", "no");
    if (ctx.method().equals(HandlerType.HEAD)) {
      return;
    }
    try (LiveListener listener = feed.listen(request)) {
      OutputStream out = ctx.res().getOutputStream();
      send(out, "retry: " + RETRY_MILLIS + "\n\n");
      boolean more = true;
      while (more) {
        LiveListener.News news = listener.next(HEARTBEAT);
        send(out, text(news));
        more = !news.ended();
      }
    }
  }

  private static void send(OutputStream out, byte[] text) throws IOException {
    out.write(text);
    out.flush();
  }

  private static void send(OutputStream out, String text) throws IOException {
    send(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] text(LiveListener.News news) {
    var text = new ByteArrayOutputStream();
    for (LiveValues values : news.values()) {
      text.writeBytes(event("values", values.time().toEpochMilli(), told(values)));
    }
    LiveListener.Status status = news.status();
    if (status != null) {
      var told = new LinkedHashMap<String, @Nullable Object>();
      told.put("ok", status.trouble() == null);
      if (status.trouble() == null) {
        told.put("series", status.sources());
      } else {
        told.put("message", status.trouble());
      }
      text.writeBytes(event("status", 0, told));
    }
    if (text.size() == 0 && !news.ended()) {
      text.writeBytes(":\n\n".getBytes(StandardCharsets.UTF_8));
    }
    return text.toByteArray();
  }

  /** JSON on one line: a line end in it would end the event's data. */
  private static byte[] event(String name, long id, Object data) {
    var event = new ByteArrayOutputStream();
    String head = (id == 0 ? "" : "id: " + id + "\n") + "event: " + name + "\ndata: ";
    event.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    event.writeBytes(Json.bytes(data));
    event.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
    return event.toByteArray();
  }

  private static Map<String, Object> told(LiveValues live) {
    var told = new LinkedHashMap<String, Object>();
    told.put("source", live.source());
    told.put("measurement", live.series().measurement());
    told.put("tags", live.series().tags());
    told.put("time", live.time().toString());
    var values = new LinkedHashMap<String, Object>();
    live.values().forEach((field, value) -> values.put(field, told(value)));
    told.put("values", values);
    return told;
  }

  private static Map<String, @Nullable Object> told(LiveValues.Value value) {
    var told = new LinkedHashMap<String, @Nullable Object>();
    told.put("value", value.value());
    told.put("unit", value.unit());
    told.put("point", value.point());
    told.put("good", value.value() != null && !value.stale());
    told.put("stale", value.stale());
    if (value.text() != null) {
      told.put("text", value.text());
    }
    return told;
  }

  /** Nobody listens any more. */
  @Override
  public void close() {
    feed.close();
  }
}
