package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.store.WriteResult.Rejection;
import com.voltageems.hissrv.store.lines.LineProtocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Requests' bodies, by encoders that are used again. Safe for any thread. */
final class Bodies {
  private static final int LARGEST_KEPT = 16 << 20;

  private final boolean gzip;
  private final ConcurrentLinkedQueue<LineProtocol> idle = new ConcurrentLinkedQueue<>();

  Bodies(boolean gzip) {
    this.gzip = gzip;
  }

  /**
   * The lines of all points but those it adds to the rejections.
   *
   * @param rejections receives what has no line, in order
   */
  byte[] of(List<Point> points, List<Rejection> rejections) {
    LineProtocol pooled = idle.poll();
    LineProtocol lines = pooled == null ? new LineProtocol() : pooled;
    lines.clear();
    for (int i = 0; i < points.size(); i++) {
      String problem = lines.add(points.get(i));
      if (problem != null) {
        rejections.add(new Rejection(i, problem));
      }
    }
    byte[] body = gzip ? zipped(lines) : lines.toBytes();
    if (lines.size() <= LARGEST_KEPT) {
      idle.add(lines);
    }
    return body;
  }

  private static byte[] zipped(LineProtocol lines) {
    var bytes = new ByteArrayOutputStream(lines.size() / 4 + 64);
    try (var zip = new FastGzip(bytes)) {
      lines.writeTo(zip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(ByteArrayOutputStream out) throws IOException {
      super(out, 8_192);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
