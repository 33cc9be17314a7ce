package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;

/**
 * One window of one source.
 *
 * @param source the live key
 * @param startSeconds the window's start, epoch seconds
 */
public record SourceWindow(String source, Level level, long startSeconds) {}
