package com.voltageems.hissrv.query;

import com.voltageems.hissrv.ledger.Completeness;
import java.util.ArrayList;
import java.util.List;

/** Keeps accounts, but no more than so many gaps of all together. */
public final class FirstGaps {
  private final List<Completeness> accounts = new ArrayList<>();
  private int room;
  private int leftOut;

  /** None yet. */
  public FirstGaps(int most) {
    room = most;
  }

  /** Adds one. */
  public void add(Completeness account) {
    Completeness kept = account.withFirstGaps(room);
    accounts.add(kept);
    room -= kept.gaps().size();
    leftOut += account.gaps().size() - kept.gaps().size();
  }

  /** In the order they came. */
  public List<Completeness> accounts() {
    return accounts;
  }

  /** How many gaps were not kept. */
  public int leftOut() {
    return leftOut;
  }
}
