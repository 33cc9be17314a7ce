package com.voltageems.hissrv.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestTest {
  @Test
  void aSlipOfTheFingerIsForgiven() {
    var names = List.of("telemetry", "model_data", "events");

    assertThat(Nearest.to("telemtery", names)).containsExactly("telemetry");
    assertThat(Nearest.to("Telemetry", names)).containsExactly("telemetry");
    assertThat(Nearest.to("event", names)).containsExactly("events");
  }

  @Test
  void aPartOfANameFindsIt() {
    assertThat(Nearest.to("model", List.of("model_data", "events"))).containsExactly("model_data");
  }

  @Test
  void whatIsNotSimilarIsNotGuessed() {
    assertThat(Nearest.to("zzz", List.of("abc", "telemetry"))).isEmpty();
    assertThat(Nearest.to("", List.of("abc"))).isEmpty();
    assertThat(Nearest.to("x", List.of())).isEmpty();
  }

  @Test
  void threeAtMostBestFirst() {
    assertThat(Nearest.to("abcd", List.of("abcx", "abxd", "abcd1", "abcd", "axcd")))
        .containsExactly("abcd", "abcd1", "abcx");
  }

  @Test
  void veryLongNamesAreComparedByTheirBeginning() {
    String longName = "x".repeat(100_000);
    var names = IntStream.range(0, 1_000).mapToObj(i -> "y".repeat(i + 1)).toList();

    assertThat(Nearest.to(longName, names)).isEmpty();
  }
}
