package com.voltageems.hissrv.query;

import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.ledger.LedgerException;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.outbox.DeliveryTimes;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.Quarantine;
import com.voltageems.hissrv.outbox.QuarantineAwayException;
import com.voltageems.hissrv.outbox.QuarantineFilter;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.query.Explanation.Delivery;
import com.voltageems.hissrv.transform.Origin;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of one window: the ledger's, the outbox's and the quarantine's knowledge. */
final class DeliveryLookup {
  private static final int MOST_WAITING = 50_000;
  private static final int MOST_QUARANTINED = 10;

  /** So many parts of a large quarantine are looked through. */
  private static final int MOST_PAGES = 20;

  private final Ledger ledger;
  private final Outbox outbox;
  private final Quarantine quarantine;
  private final InstantSource clock;

  DeliveryLookup(Ledger ledger, Outbox outbox, Quarantine quarantine, InstantSource clock) {
    this.ledger = ledger;
    this.outbox = outbox;
    this.quarantine = quarantine;
    this.clock = clock;
  }

  /**
   * @param window null of level raw
   * @param isStored whether the store has it
   * @param archive its key; null where there is none
   * @param warnings is told what could not be asked
   */
  Delivery of(
      SeriesKey series,
      @Nullable Window window,
      Instant time,
      boolean isStored,
      @Nullable Origin origin,
      @Nullable String archive,
      Collection<String> warnings) {
    int waiting = 0;
    List<Quarantined> setAside = List.of();
    DeliveryTimes.@Nullable Span times = null;
    try {
      int[] count = new int[1];
      boolean _ =
          outbox.look(
              MOST_WAITING,
              point ->
                  count[0] += point.series().equals(series) && point.time().equals(time) ? 1 : 0);
      waiting = count[0];
      times = isStored ? outbox.deliveryTimes().of(series.level(), time).orElse(null) : null;
      setAside = archive == null ? List.of() : quarantined(archive);
    } catch (QuarantineAwayException e) {
      warnings.add("The quarantine can't be asked now: what is set aside is not known.");
    } catch (OutboxException e) {
      warnings.add("The outbox can't be read now: what waits there is not known.");
    }
    if (window == null || origin == null) {
      return new Delivery(
          waiting > 0 ? "pending" : "unknown", null, times, false, false, waiting, setAside);
    }
    @Nullable Completeness account = account(origin, window, warnings);
    String state = state(account, window);
    return new Delivery(
        state,
        state.equals("gap") && account != null ? account.gaps().getFirst().cause().label() : null,
        times,
        account != null && account.late() > 0,
        account != null && account.interrupted() > 0,
        waiting,
        setAside);
  }

  private String state(@Nullable Completeness account, Window window) {
    if (window.endMillis() > clock.millis()) {
      return "open";
    }
    if (account == null) {
      return "unknown";
    }
    if (account.delivered() > 0) {
      return "delivered";
    }
    if (account.pending() > 0) {
      return "pending";
    }
    return account.gaps().isEmpty() ? "unexpected" : "gap";
  }

  private @Nullable Completeness account(
      Origin origin, Window window, Collection<String> warnings) {
    Instant start = Instant.ofEpochMilli(window.startMillis());
    try {
      return ledger
          .completeness(
              new TimeRange(start, start.plusMillis(1)),
              origin.sourceKey()::equals,
              window.level()::equals)
          .stream()
          .findFirst()
          .orElse(null);
    } catch (LedgerException e) {
      warnings.add("The ledger can't be read now: whether it was delivered is not known.");
      return null;
    }
  }

  private List<Quarantined> quarantined(String archive) {
    var found = new ArrayList<Quarantined>();
    var filter = new QuarantineFilter(null, null, archive);
    long after = 0;
    for (int i = 0; i < MOST_PAGES && found.size() < MOST_QUARANTINED; i++) {
      Quarantine.Page page = quarantine.page(filter, after, MOST_QUARANTINED - found.size());
      page.items().stream().filter(one -> one.entry().equals(archive)).forEach(found::add);
      if (page.last()) {
        break;
      }
      after = page.position();
    }
    return found;
  }
}
