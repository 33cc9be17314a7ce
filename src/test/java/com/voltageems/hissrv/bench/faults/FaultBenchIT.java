package com.voltageems.hissrv.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultBenchIT {
  @TempDir Path folder;

  @Test
  void nothingIsLostDoubledOrWrongWhateverBreaks() {
    var result = new FaultBench(false).run(20_261_123, 12, System.out);
    assertThat(result.violations()).isEmpty();
    assertThat(result.faults()).isGreaterThanOrEqualTo(12);
    assertThat(result.unexcused()).isPositive();
  }

  @Test
  void nothingIsLostDoubledOrWrongWhateverInfluxDbAnswers() {
    var result = new FaultBench(true).run(20_261_128, 5, System.out);
    assertThat(result.violations()).isEmpty();
    assertThat(result.faults()).isGreaterThanOrEqualTo(5);
    assertThat(result.unexcused()).isPositive();
  }

  @Test
  void anInfluxDbThatForgetsIsFoundOut() {
    assertFoundOut(Answer.FORGETFUL, true);
  }

  @ParameterizedTest
  @EnumSource(
      value = Answer.class,
      names = {"FORGETFUL", "MISTAKEN"})
  void aStoreThatForgetsOrErrsIsFoundOut(Answer answer) {
    assertFoundOut(answer, false);
  }

  private void assertFoundOut(Answer answer, boolean influx) {
    try (var run = new FaultRun(folder, 7, influx, () -> false)) {
      Rig rig = run.rig();
      rig.storeAnswers(answer);
      while (rig.felt().orElse(1) == 0) {
        rig.steps(1);
      }
      rig.storeAnswers(Answer.WELL);
      FaultRun.Outcome outcome = run.run(0, _ -> {});
      assertThat(outcome.violations()).isNotEmpty();
      assertThat(outcome.violations().getFirst().what())
          .contains(answer == Answer.FORGETFUL ? "nothing was found" : "expected count");
    }
  }
}
