/** The demo: a simulated plant on a private Redis. */
@NullMarked
package com.voltageems.hissrv.demo;

import org.jspecify.annotations.NullMarked;
