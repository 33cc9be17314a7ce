package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Point;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something set aside, with all that is needed to try it again.
 *
 * @param at when
 * @param entry the queue entry it came from
 * @param content the document or archive as it was read; null for a point
 * @param point the point a store refused; null for what never became one
 * @param reason what is wrong, a store's in its own words
 */
public record Quarantined(
    long id,
    Instant at,
    String entry,
    @Nullable String content,
    @Nullable Point point,
    String reason) {}
