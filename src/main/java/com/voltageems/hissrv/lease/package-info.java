/** Which instance samples which sources. */
@NullMarked
package com.voltageems.hissrv.lease;

import org.jspecify.annotations.NullMarked;
