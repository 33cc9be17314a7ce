/** Samples live hashes every second and closes every window, with Lua inside Redis. */
@NullMarked
package com.voltageems.hissrv.aggregate;

import org.jspecify.annotations.NullMarked;
