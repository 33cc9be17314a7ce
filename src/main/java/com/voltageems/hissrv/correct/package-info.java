/** Changes of what is stored that somebody orders: single values corrected, stretches deleted. */
@NullMarked
package com.voltageems.hissrv.correct;

import org.jspecify.annotations.NullMarked;
