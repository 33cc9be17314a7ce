/** The shell scripts, run as a user would. */
@NullMarked
package com.voltageems.hissrv.launcher;

import org.jspecify.annotations.NullMarked;
