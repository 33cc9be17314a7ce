package com.voltageems.hissrv.outbox;

/**
 * What came in, and where it is: {@code collected = delivered + quarantine.setAside + pending +
 * deleted}, always. Each of the five is counted by itself; all but {@code pending} ever, across
 * restarts.
 *
 * @param collected points taken over from Redis, entries no point could be made of, and what was
 *     put back from quarantine: that comes in once more
 * @param delivered points the store acknowledged
 * @param quarantine points and entries set aside, ever, and what became of them
 * @param pending points that wait for the store
 * @param deleted points that waited when somebody deleted them
 */
public record Balance(
    long collected, long delivered, QuarantineTotals quarantine, long pending, long deleted) {}
