package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.Point;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeTextTest {
  @Test
  void timesAreWrittenAsInstantsAre() {
    var random = new Random(1);
    var text = new TimeText();
    long first = Point.EARLIEST.getEpochSecond();
    long last = Point.LATEST.getEpochSecond();
    for (int i = 0; i < 20_000; i++) {
      Instant time = Instant.ofEpochSecond(random.nextLong(first, last));
      for (int j = 0; j < 5; j++) {
        time =
            time.plusSeconds(random.nextInt(90_000))
                .plusNanos(j == 3 ? random.nextInt(1_000_000_000) : 0);
        assertThat(text.of(time)).isEqualTo(time.toString());
      }
    }
    for (Instant time :
        List.of(Instant.EPOCH, Point.EARLIEST, Point.LATEST, Instant.ofEpochSecond(-1))) {
      assertThat(text.of(time)).isEqualTo(time.toString());
    }
  }
}
