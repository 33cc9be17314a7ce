/** The durable queue between Redis and the store, and the quarantine. Only now may Redis forget. */
@NullMarked
package com.voltageems.hissrv.outbox;

import org.jspecify.annotations.NullMarked;
