package com.voltageems.hissrv.http;

import com.voltageems.hissrv.query.RowWriter;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/** Rows on their way to a client. Nothing is sent before there is something to say. */
final class SentRows implements RowWriter {
  private final Context ctx;
  private final AnswerFormat format;
  private final RowFormat rows;
  private @Nullable OutputStream out;

  /** CSV, with a head, or NDJSON. */
  SentRows(Context ctx, AnswerFormat format) {
    this(
        ctx,
        format,
        output -> format == AnswerFormat.CSV ? new CsvRows(output) : new NdjsonRows(output));
  }

  /**
   * @param rows makes the bytes of the format
   */
  SentRows(Context ctx, AnswerFormat format, Function<RowFormat.Output, RowFormat> rows) {
    this.ctx = ctx;
    this.format = format;
    this.rows = rows.apply(this::open);
  }

  @Override
  public void columns(List<String> columns) {
    rows.columns(columns);
  }

  @Override
  public void row(List<@Nullable Object> cells) {
    rows.row(cells);
  }

  /** Sends all that is written; when that fails in the midst of it, the connection breaks off. */
  void send(Consumer<RowWriter> writing) {
    try {
      writing.accept(this);
      end();
    } catch (RuntimeException e) {
      abort();
      throw e;
    }
  }

  /** All rows were given. */
  void end() {
    rows.end();
  }

  /**
   * What was sent must not look whole: the connection breaks off. Before anything was sent there is
   * nothing to break, and a problem can still be told.
   */
  private void abort() {
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

  private OutputStream open() throws IOException {
    OutputStream opened = out;
    if (opened == null) {
      if (format == AnswerFormat.PARQUET) {
        ctx.disableCompression(); // It is compressed already.
      }
      opened = ctx.contentType(format.contentType()).outputStream();
      out = opened;
    }
    return opened;
  }
}
