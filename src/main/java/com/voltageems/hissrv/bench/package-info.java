/** Benchmarks with goals: exit code 1 below the goal. */
@NullMarked
package com.voltageems.hissrv.bench;

import org.jspecify.annotations.NullMarked;
