package com.voltageems.hissrv.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What went through, ever. Survives restarts.
 *
 * @param stored points the store acknowledged
 * @param quarantined points and entries set aside
 * @param lastStored when the store last acknowledged; null when it never did
 */
public record Totals(long stored, long quarantined, @Nullable Instant lastStored) {}
