/** What the rest speaks of: points, series, windows, levels, time ranges. Uses the JDK alone. */
@NullMarked
package com.voltageems.hissrv.model;

import org.jspecify.annotations.NullMarked;
