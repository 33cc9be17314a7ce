/**
 * The embedded store: written by time, read by series.
 *
 * <pre>
 * index.db              series and field names, each with its number
 * 1m/2026-11-22.db      raw and levels below 5m: a file per UTC day, a block per hour
 *                       (below 10s: per ten minutes)
 * 5m/2026-11.db         below 1h: a file per UTC month, a block per six hours (from 15m on: per day)
 * 1h/2026.db            others: a file per UTC year, a block per 4 days (from 1d on: per 100)
 * </pre>
 *
 * <p>A row is first hot: one entry in a table clustered by time, then series, so that what arrives
 * together is written together. Ten minutes after a block's time has passed, its rows are sealed:
 * one compressed entry per series, so that what is asked for together is read together. Revisions
 * of sealed rows are hot again until the next sealing; the hot fields win. When a file is sealed
 * altogether, its free pages go back to the file system.
 */
@NullMarked
package com.voltageems.hissrv.store.sqlite;

import org.jspecify.annotations.NullMarked;
