package com.voltageems.hissrv.outbox;

/**
 * What became of all that was ever set aside: {@code setAside = waiting + replayed + discarded}.
 *
 * @param setAside ever; the same thing refused by the store once more after a replay counts twice
 * @param waiting in quarantine now
 * @param replayed went back into the queue, ever
 * @param discarded by somebody's wish, ever
 */
public record QuarantineTotals(long setAside, long waiting, long replayed, long discarded) {}
