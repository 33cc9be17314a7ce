/** How the service speaks of itself: counters, offenders in the log, the health report. */
@NullMarked
package com.voltageems.hissrv.observe;

import org.jspecify.annotations.NullMarked;
