package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Point;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What no store will take as it is, each with its reason: this instance's own, or that of all
 * instances. Nothing leaves it but on its way to the store or because somebody said so. Safe for
 * any thread; every method throws {@link OutboxException} when it can't be asked now.
 */
public interface Quarantine {
  /**
   * A part of what matches.
   *
   * @param items oldest first; perhaps none though others follow
   * @param position where the next part begins
   * @param last whether nothing follows
   */
  record Page(List<Quarantined> items, long position, boolean last) {}

  /** The oldest. */
  default List<Quarantined> list(int most) {
    return page(QuarantineFilter.ALL, 0, most).items();
  }

  /**
   * What matches of the next items, oldest first: fewer than asked for where they are many or
   * large, so that no call holds up others for long or takes much memory.
   *
   * @param after only what has a higher id
   */
  Page page(QuarantineFilter filter, long after, int most);

  /** One of them. */
  Optional<Quarantined> get(long id);

  /** The highest id there is; 0 when it is empty. */
  long last();

  /** What became of all of it. */
  QuarantineTotals totals();

  /**
   * Puts another content or point in an item's place, to be tried later.
   *
   * @param item as it was when it was looked at
   * @param content replaces the content; null leaves it
   * @param point is tried instead of the content from now on; null for content to be tried
   * @return the item as it is now; empty when it has changed or gone meanwhile
   */
  Optional<Quarantined> repair(Quarantined item, @Nullable String content, @Nullable Point point);

  /**
   * Sends what passed on its way to the store and notes why the rest stays, in one step.
   *
   * @return those that were still as they had been tried; nothing was done about the others
   */
  List<Retrial> settle(Collection<Retrial> retrials);

  /** Deletes them for ever; returns how many of them were there. */
  int discard(Collection<Long> ids);
}
