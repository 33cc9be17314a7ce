package com.voltageems.hissrv.store.influx;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * How an address of a database is.
 *
 * @param serving whether it answered last
 * @param trouble why it does not serve; null when it is well
 */
public record AddressState(URI url, boolean serving, @Nullable String trouble) {}
