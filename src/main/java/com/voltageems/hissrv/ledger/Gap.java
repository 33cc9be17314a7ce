package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;

/**
 * Windows of one source that were expected and are not in the store, one after the other, for one
 * cause.
 *
 * @param source the live key
 * @param range from the first window's start to the last one's end
 * @param windows how many
 */
public record Gap(String source, Level level, TimeRange range, long windows, Cause cause) {}
