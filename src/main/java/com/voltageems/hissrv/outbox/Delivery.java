package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Point;

/**
 * One point on its way to the store.
 *
 * @param id its place in the outbox, ascending in the order of arrival
 * @param entry the queue entry it came from
 */
public record Delivery(long id, String entry, Point point) {}
