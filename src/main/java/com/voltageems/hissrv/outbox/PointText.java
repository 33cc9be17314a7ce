package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Point;
import java.util.Base64;

/** A point as the outbox has it, in letters; nothing of it is lost. */
public final class PointText {
  private PointText() {}

  /** The text of a point. */
  public static String of(Point point) {
    return Base64.getEncoder().encodeToString(PointCodec.encode(point));
  }

  /**
   * The point of a text.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Point parse(String text) {
    return PointCodec.decode(Base64.getDecoder().decode(text));
  }
}
