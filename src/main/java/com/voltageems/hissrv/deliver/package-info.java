/** Outbox to store: batches, retry, split. */
@NullMarked
package com.voltageems.hissrv.deliver;

import org.jspecify.annotations.NullMarked;
