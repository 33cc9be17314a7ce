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
    var result = new FaultBench().run(20_261_123, 12, System.out);
    assertThat(result.violations()).isEmpty();
    assertThat(result.faults()).isGreaterThanOrEqualTo(12);
    assertThat(result.unexcused()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      value = Answer.class,
      names = {"FORGETFUL", "MISTAKEN"})
  void aStoreThatForgetsOrErrsIsFoundOut(Answer answer) {
    try (var run = new FaultRun(folder, 7, () -> false)) {
      Rig rig = run.rig();
      rig.storeAnswers(answer);
      while (rig.ask("felt").filter("0"::equals).isPresent()) {
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
