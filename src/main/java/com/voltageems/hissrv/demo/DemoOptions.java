package com.voltageems.hissrv.demo;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a demo is to run.
 *
 * @param port of the API
 * @param data where history is kept between runs; null: it goes with the run
 * @param limit how long to run, from the API's first answer; null: until stopped
 * @param backfill how much past it has at the start; zero for none
 */
public record DemoOptions(
    int port, @Nullable Path data, @Nullable Duration limit, Duration backfill) {}
