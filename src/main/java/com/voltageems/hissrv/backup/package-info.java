/** History out of a store and into one: by day as line protocol, and back. */
@NullMarked
package com.voltageems.hissrv.backup;

import org.jspecify.annotations.NullMarked;
