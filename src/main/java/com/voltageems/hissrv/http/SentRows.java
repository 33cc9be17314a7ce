package com.voltageems.hissrv.http;

import com.voltageems.hissrv.query.RowWriter;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/** Rows on their way to a client. Nothing is sent before there is something to say. */
final class SentRows implements RowWriter {
  private final Context ctx;
  private final AnswerFormat format;
  private final CsvRows csv = new CsvRows(this::open);
  private final NdjsonRows ndjson = new NdjsonRows(this::open);
  private @Nullable OutputStream out;

  SentRows(Context ctx, AnswerFormat format) {
    this.ctx = ctx;
    this.format = format;
  }

  @Override
  public void columns(List<String> columns) {
    writer().columns(columns);
  }

  @Override
  public void row(List<@Nullable Object> cells) {
    writer().row(cells);
  }

  /** All rows were given. */
  void end() {
    if (format == AnswerFormat.CSV) {
      csv.flush();
    } else {
      ndjson.flush();
    }
  }

  /**
   * What was sent must not look whole: the connection breaks off. Before anything was sent there is
   * nothing to break, and a problem can still be told.
   */
  void abort() {
    if (out != null) {
      breakOff(ctx);
    }
  }

  static void breakOff(Context ctx) {
    ServletContextRequest.getServletContextRequest(ctx.req())
        .getConnectionMetaData()
        .getConnection()
        .getEndPoint()
        .close();
  }

  private RowWriter writer() {
    return format == AnswerFormat.CSV ? csv : ndjson;
  }

  private OutputStream open() throws IOException {
    OutputStream opened = out;
    if (opened == null) {
      opened = ctx.contentType(format.contentType()).outputStream();
      out = opened;
    }
    return opened;
  }
}
