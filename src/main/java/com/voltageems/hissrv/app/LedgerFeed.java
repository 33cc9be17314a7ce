package com.voltageems.hissrv.app;

import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.ledger.SourceWindow;
import com.voltageems.hissrv.outbox.Fate;
import com.voltageems.hissrv.transform.ArchiveKey;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Tells the ledger which windows queue entries stand for. Documents stand for none. */
record LedgerFeed(Ledger ledger) implements BiConsumer<Fate, Collection<String>> {
  @Override
  public void accept(Fate fate, Collection<String> entries) {
    List<SourceWindow> windows =
        entries.stream().distinct().flatMap(entry -> window(entry).stream()).toList();
    switch (fate) {
      case WAITS -> ledger.collected(windows);
      case STORED -> ledger.delivered(windows);
      case REFUSED -> ledger.rejected(windows);
      case GONE -> ledger.expired(windows);
      case EMPTY -> ledger.unmapped(windows);
      case DELETED -> ledger.deleted(windows);
    }
  }

  private static Optional<SourceWindow> window(String entry) {
    return ArchiveKey.parse(entry)
        .map(key -> new SourceWindow(key.impliedSource(), key.level(), key.startSeconds()));
  }
}
