/** The fault harness: what was sampled must arrive, whatever breaks on the way. */
@NullMarked
package com.voltageems.hissrv.bench.faults;

import org.jspecify.annotations.NullMarked;
