package com.voltageems.hissrv.architecture;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Nobody reads the clock but through an InstantSource that was handed in; only the wiring may take
 * the system's. System.nanoTime measures durations and tells no time: it is free.
 */
final class InjectedTime extends ArchCondition<JavaClass> {
  private static final Set<String> NO_ARGUMENTS_MEAN_NOW =
      Set.of("java.util.Date", "java.util.GregorianCalendar");

  private final Predicate<JavaClass> wiring;

  InjectedTime(Predicate<JavaClass> wiring) {
    super("read no clock but an injected one");
    this.wiring = wiring;
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    for (JavaAccess<?> access : type.getAccessesFromSelf()) {
      if (readsClock(access.getTarget(), type)) {
        events.add(SimpleConditionEvent.violated(type, access.getDescription()));
      }
    }
  }

  private boolean readsClock(AccessTarget target, JavaClass from) {
    String owner = target.getOwner().getName();
    String name = target.getName();
    if (owner.equals("java.time.InstantSource")) {
      return name.equals("system") && !wiring.test(from);
    }
    return (owner.equals("java.lang.System") && name.equals("currentTimeMillis"))
        || (owner.equals("java.time.Clock")
            && (name.startsWith("system") || name.startsWith("tick")))
        || (owner.startsWith("java.time.") && name.equals("now") && ignoresAnyClock(target))
        || (owner.equals("java.util.Calendar") && name.equals("getInstance"))
        || (NO_ARGUMENTS_MEAN_NOW.contains(owner)
            && name.equals("<init>")
            && !target.getFullName().contains("(long)"));
  }

  private static boolean ignoresAnyClock(AccessTarget target) {
    return !target.getFullName().contains("(java.time.Clock)");
  }
}
