package com.voltageems.hissrv.http;

import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /status} answers.
 *
 * @param processed points stored, ever
 * @param failed points in quarantine, ever
 * @param queueSize entries pending in Redis and points in the outbox; null while either can't be
 *     asked
 * @param lastSync when the store last acknowledged a batch; null when it never did
 * @param more further facts by name, in JSON's own types
 */
public record Status(
    String status,
    long processed,
    long failed,
    @Nullable Long queueSize,
    @Nullable Instant lastSync,
    SortedMap<String, Object> more) {}
