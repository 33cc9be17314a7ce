/** What was expected, sampled and delivered of every source and window; gaps and their causes. */
@NullMarked
package com.voltageems.hissrv.ledger;

import org.jspecify.annotations.NullMarked;
