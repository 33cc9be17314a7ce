package com.voltageems.hissrv.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one full cycle moved.
 *
 * @param closed windows closed
 * @param collected entries taken from Redis into the outbox
 * @param delivered points the store acknowledged
 * @param quarantined points set aside
 * @param queueSize what is left, as in {@link Status}
 * @param problems what stood in the way, one sentence each; empty when nothing did
 */
public record SyncReport(
    long closed,
    long collected,
    long delivered,
    long quarantined,
    @Nullable Long queueSize,
    List<String> problems) {}
