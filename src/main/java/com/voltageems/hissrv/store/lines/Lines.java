package com.voltageems.hissrv.store.lines;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text in pieces: mostly lines, but what is in quotes may hold line ends. Reads as it goes and
 * holds one piece. Where a quote stays open only the line it is in is bad: one quote too many does
 * not swallow the rest. For one thread.
 */
public final class Lines {
  private static final int LONGEST = 1 << 20;

  private final InputStream in;
  private final Quotes quotes;
  private byte[] bytes = new byte[64 << 10];
  private int pieceStart;
  private int start;
  private int end;
  private boolean isEnded;
  private long number = 1;

  /** Knows where a piece ends. */
  public interface Quotes {
    /** A quote is open where the bytes end. */
    int OPEN = -1;

    /**
     * Returns the place of the line end that ends the piece, {@code to} where it is not among the
     * bytes, or {@link #OPEN}.
     *
     * @param from the piece's first byte
     * @param to behind the last byte there is
     */
    int endOf(byte[] bytes, int from, int to);
  }

  /**
   * One piece.
   *
   * @param number of its first line, from 1
   * @param text without the line end
   * @param problem what is wrong with it; null when nothing is
   */
  public record Piece(long number, String text, @Nullable String problem) {}

  /** Of a stream, which is the caller's to close. */
  public Lines(InputStream in, Quotes quotes) {
    this.in = in;
    this.quotes = quotes;
  }

  /**
   * The next piece, null at the end.
   *
   * @throws IOException when it can't be read, also when a piece is longer than a mebibyte
   */
  public @Nullable Piece next() throws IOException {
    int at = quotes.endOf(bytes, start, end);
    while (!isEnded && (at == Quotes.OPEN || at == end) && end - start < LONGEST) {
      fill();
      at = quotes.endOf(bytes, start, end);
    }
    if (start == end) {
      return null;
    }
    if (at == Quotes.OPEN) {
      return take(lineEnd(), "a quote is opened and not closed");
    }
    if (at == end && !isEnded) {
      throw tooLong();
    }
    return take(at, null);
  }

  private Piece take(int at, @Nullable String problem) throws IOException {
    if (at - start >= LONGEST) {
      throw tooLong();
    }
    byte[] piece = Arrays.copyOfRange(bytes, start, at);
    var text = new String(piece, UTF_8);
    boolean isBroken = text.indexOf('\uFFFD') >= 0 && !Arrays.equals(text.getBytes(UTF_8), piece);
    var taken =
        new Piece(
            number,
            text.endsWith("\r") ? text.substring(0, text.length() - 1) : text,
            problem == null && isBroken ? "it is not UTF-8" : problem);
    number += 1 + text.chars().filter(c -> c == '\n').count();
    pieceStart = start;
    start = Math.min(at + 1, end);
    return taken;
  }

  /**
   * Of the piece just read its first line: what follows that will be read anew, as other pieces.
   */
  public Piece firstLineOf(Piece read) {
    int lineEnd = read.text().indexOf('\n');
    if (lineEnd < 0) {
      return read;
    }
    number = read.number() + 1;
    start = pieceStart;
    start = lineEnd() + 1;
    return new Piece(
        read.number(), read.text().substring(0, lineEnd).replaceFirst("\r$", ""), read.problem());
  }

  private int lineEnd() {
    int at = start;
    while (at < end && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  private void fill() throws IOException {
    if (start > 0) {
      System.arraycopy(bytes, start, bytes, 0, end - start);
      end -= start;
      start = 0;
    }
    if (end == bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    int read = in.read(bytes, end, bytes.length - end);
    isEnded = read < 0;
    end += Math.max(read, 0);
  }

  private IOException tooLong() {
    return new IOException("line %d is longer than a mebibyte".formatted(number));
  }
}
