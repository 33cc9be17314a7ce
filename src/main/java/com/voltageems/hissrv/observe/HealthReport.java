package com.voltageems.hissrv.observe;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How the service and each of its components is.
 *
 * @param components by name, in the order of the flow
 */
public record HealthReport(Map<String, CheckResult> components) {
  /** Asks every component at once; one that does not answer in time is down. */
  public static HealthReport of(List<? extends Component> components, Duration patience) {
    var asked = new LinkedHashMap<String, CompletableFuture<CheckResult>>();
    for (Component component : components) {
      var answer = new CompletableFuture<CheckResult>();
      Thread _ = Thread.startVirtualThread(() -> answer.complete(checked(component)));
      asked.put(
          component.name(),
          answer.completeOnTimeout(
              CheckResult.down("no answer within " + patience.toSeconds() + " s"),
              patience.toMillis(),
              TimeUnit.MILLISECONDS));
    }
    var results = new LinkedHashMap<String, CheckResult>();
    asked.forEach((name, answer) -> results.put(name, answer.join()));
    return new HealthReport(results);
  }

  private static CheckResult checked(Component component) {
    try {
      return component.check();
    } catch (RuntimeException e) {
      return CheckResult.down(e.toString());
    }
  }

  /** {@code up} when every component is well, else {@code degraded}. */
  public String status() {
    return components.values().stream().allMatch(CheckResult::ok) ? "up" : "degraded";
  }
}
