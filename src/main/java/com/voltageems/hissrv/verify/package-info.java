/** Holds what was promised against what is there. */
@NullMarked
package com.voltageems.hissrv.verify;

import org.jspecify.annotations.NullMarked;
