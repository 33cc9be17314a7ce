/** The only wiring: what is built from what, started in order, stopped in reverse. */
@NullMarked
package com.voltageems.hissrv.app;

import org.jspecify.annotations.NullMarked;
