package com.voltageems.hissrv.bench.faults;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** One HTTP request, as bytes. */
final class Exchange {
  private static final String LENGTH = "content-length:";
  private static final String END = "\r\n\r\n";

  private final String head;
  private final byte[] body;

  /**
   * @param head from the method to the empty line
   * @param body as it was sent
   */
  private Exchange(String head, byte[] body) {
    this.head = head;
    this.body = body;
  }

  /**
   * The next one of a connection.
   *
   * @throws EOFException when there is none
   */
  static Exchange read(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith(END)) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    int length =
        text.lines()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(LENGTH))
            .map(line -> Integer.parseInt(line.substring(LENGTH.length()).strip()))
            .findAny()
            .orElse(0);
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException();
    }
    return new Exchange(text, body);
  }

  boolean isWrite() {
    return head.startsWith("POST /write?");
  }

  /** The lines of a write that is compressed. */
  List<String> lines() throws IOException {
    try (var zip = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return new String(zip.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** The same with other lines, not compressed. */
  Exchange with(List<String> lines) {
    byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    var kept = new StringBuilder();
    head.strip()
        .lines()
        .filter(line -> !line.toLowerCase(Locale.ROOT).matches("(content-(length|encoding)):.*"))
        .forEach(line -> kept.append(line).append("\r\n"));
    return new Exchange(kept + "Content-Length: " + text.length + END, text);
  }

  /** Sends it to a server and returns all it answers, which then closes the connection. */
  byte[] askedOf(Socket server) throws IOException {
    var out = server.getOutputStream();
    String closing = head.replaceFirst("\r\n", "\r\nConnection: close\r\n");
    out.write(closing.getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
    return server.getInputStream().readAllBytes();
  }
}
