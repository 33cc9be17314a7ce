/** Takes finished windows and foreign documents out of Redis and into the outbox. */
@NullMarked
package com.voltageems.hissrv.collect;

import org.jspecify.annotations.NullMarked;
