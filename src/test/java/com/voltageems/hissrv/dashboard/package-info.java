/** The dashboard in a real browser, on the running demo. */
@NullMarked
package com.voltageems.hissrv.dashboard;

import org.jspecify.annotations.NullMarked;
