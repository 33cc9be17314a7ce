/** The command line. */
@NullMarked
package com.voltageems.hissrv.cli;

import org.jspecify.annotations.NullMarked;
