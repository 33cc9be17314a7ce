/** The table of packages and what they may use, held by ArchUnit. */
@NullMarked
package com.voltageems.hissrv.architecture;

import org.jspecify.annotations.NullMarked;
