package com.voltageems.hissrv.bench.faults;

/**
 * A promise that was broken.
 *
 * @param seed of the round, to see it again
 * @param after how many faults of the round it was seen
 * @param fault the one before it
 * @param what was found, and what was expected
 */
public record Violation(long seed, int after, String fault, String what) {}
