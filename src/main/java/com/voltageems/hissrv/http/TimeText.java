package com.voltageems.hissrv.http;

import java.time.Instant;
import java.time.LocalDate;

/** Writes times as {@link Instant#toString} does, quickly where many are of one day. */
final class TimeText {
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int DATE = 11;

  private final char[] text = "0000-00-00T00:00:00Z".toCharArray();
  private long day = Long.MIN_VALUE;

  @SuppressWarnings("JavaInstantGetSecondsGetNano") // only whether there are any
  String of(Instant time) {
    long newDay = Math.floorDiv(time.getEpochSecond(), SECONDS_PER_DAY);
    if (newDay != day) {
      String date = LocalDate.ofEpochDay(newDay) + "T";
      if (date.length() != DATE || time.getNano() != 0) {
        return time.toString();
      }
      date.getChars(0, DATE, text, 0);
      day = newDay;
    }
    if (time.getNano() != 0) {
      return time.toString();
    }
    int second = Math.floorMod(time.getEpochSecond(), SECONDS_PER_DAY);
    put(DATE, second / 3_600);
    put(DATE + 3, second / 60 % 60);
    put(DATE + 6, second % 60);
    return new String(text);
  }

  private void put(int at, int number) {
    text[at] = (char) ('0' + number / 10);
    text[at + 1] = (char) ('0' + number % 10);
  }
}
