package com.voltageems.hissrv.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HealthReportTest {
  private static Component component(String name, Supplier<CheckResult> answer) {
    return new Component() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public CheckResult check() {
        return answer.get();
      }
    };
  }

  private static HealthReport report(Component... components) {
    return HealthReport.of(List.of(components), Duration.ofMillis(300));
  }

  @Test
  void allWellIsUpInTheOrderGiven() {
    var report = report(component("b", () -> CheckResult.OK), component("a", () -> CheckResult.OK));
    assertThat(report.status()).isEqualTo("up");
    assertThat(report.components().keySet()).containsExactly("b", "a");
  }

  @Test
  void oneThatHangsIsDownInTimeAndTheOthersAnswer() {
    var never = new CountDownLatch(1);
    var report =
        report(
            component(
                "hangs",
                () -> {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  return CheckResult.OK;
                }),
            component("well", () -> CheckResult.OK));
    never.countDown();
    assertThat(report.status()).isEqualTo("degraded");
    assertThat(report.components())
        .containsEntry("hangs", CheckResult.down("no answer within 0 s"))
        .containsEntry("well", CheckResult.OK);
  }

  @Test
  void oneThatThrowsIsDownAndSaysWhy() {
    var report =
        report(
            component(
                "throws",
                () -> {
                  throw new IllegalStateException("a defect");
                }));
    assertThat(report.components().get("throws"))
        .isEqualTo(CheckResult.down("java.lang.IllegalStateException: a defect"));
  }
}
