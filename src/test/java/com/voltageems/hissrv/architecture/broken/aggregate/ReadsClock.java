package com.voltageems.hissrv.architecture.broken.aggregate;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Date;
import java.util.function.LongSupplier;

@SuppressWarnings("JavaUtilDate")
final class ReadsClock {
  long way1() {
    return System.currentTimeMillis();
  }

  Instant way2() {
    return Instant.now();
  }

  Clock way3() {
    return Clock.systemUTC();
  }

  Date way4() {
    return new Date();
  }

  LongSupplier way5() {
    return System::currentTimeMillis;
  }

  LocalDateTime way6() {
    return LocalDateTime.now(ZoneOffset.UTC);
  }

  InstantSource way7() {
    return InstantSource.system();
  }

  Calendar way8() {
    return Calendar.getInstance();
  }

  ZonedDateTime way9() {
    return ZonedDateTime.now(ZoneOffset.UTC);
  }

  Instant fine1(InstantSource clock) {
    return clock.instant();
  }

  LocalDateTime fine2(Clock clock) {
    return LocalDateTime.now(clock);
  }

  Date fine3(long epochMillis) {
    return new Date(epochMillis);
  }

  long fine4() {
    return System.nanoTime();
  }
}
