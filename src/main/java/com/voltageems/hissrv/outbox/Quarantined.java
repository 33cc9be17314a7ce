package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Point;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something set aside, with all that is needed to try it again.
 *
 * @param at when
 * @param entry the queue entry it came from
 * @param content the document or archive as it was read, or as somebody repaired it; null for a
 *     point that a store refused
 * @param point the point a store refused, or the one somebody made of the rest; what is tried again
 *     where there is one. Null for what never became one
 * @param reason what is wrong, a store's in its own words
 * @param revision how often it was repaired or refused again; tells one state of it from another
 */
public record Quarantined(
    long id,
    Instant at,
    String entry,
    @Nullable String content,
    @Nullable Point point,
    String reason,
    long revision) {}
