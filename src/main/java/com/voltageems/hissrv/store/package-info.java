/** What a history store must do, whichever database is behind it. */
@NullMarked
package com.voltageems.hissrv.store;

import org.jspecify.annotations.NullMarked;
