package com.voltageems.hissrv.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.voltageems.hissrv.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OffendersTest {
  private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:00Z"));
  private final Metrics metrics = new Metrics();
  private final Offenders offenders = new Offenders(metrics, clock);
  private final Logger log = (Logger) LoggerFactory.getLogger("offenders-test");
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.setAdditive(false);
    told.start();
    log.addAppender(told);
  }

  @AfterEach
  void stopListening() {
    log.detachAppender(told);
  }

  private List<String> messages() {
    return told.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void threeAreNamedAndAllAreCounted() {
    offenders.report(log, "junk", "junk in", List.of("a", "b", "c", "d", "e", "a"));
    assertThat(messages()).containsExactly("junk in: a; b; c; and 2 more");
    assertThat(metrics.value("junk")).isEqualTo(6);
    assertThat(metrics.value("junk_by{who=\"a\"}")).isEqualTo(2);
  }

  @Test
  void theSameOffenderIsToldOfAgainOnlyAfterTenMinutes() {
    offenders.report(log, "junk", "junk in", List.of("a"));
    offenders.report(log, "junk", "junk in", List.of("a"));
    assertThat(messages()).hasSize(1);
    offenders.report(log, "junk", "junk in", List.of("b"));
    assertThat(messages()).hasSize(2);
    clock.advance(Duration.ofMinutes(11));
    offenders.report(log, "junk", "junk in", List.of("a"));
    assertThat(messages()).hasSize(3);
    assertThat(metrics.value("junk")).isEqualTo(4);
  }

  @Test
  void nobodyIsNoNews() {
    offenders.report(log, "junk", "junk in", List.of());
    assertThat(messages()).isEmpty();
    assertThat(metrics.snapshot()).isEmpty();
  }

  @Test
  void reasonsAreCountedWithoutTheirText() {
    offenders.reportUnnamed(log, "refused", "set aside", List.of("because"));
    assertThat(metrics.snapshot()).containsOnlyKeys("refused");
  }
}
