package com.voltageems.hissrv.transform;

import org.jspecify.annotations.Nullable;

/**
 * Where a field comes from.
 *
 * @param field the field's name without the statistic, for example {@code voltage}
 * @param sourceKey the live key
 * @param pointId the field of the live hash
 * @param unit as configured, or null
 */
public record Origin(String field, String sourceKey, String pointId, @Nullable String unit) {}
