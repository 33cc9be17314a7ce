/** Rules over the service's own numbers, and who is told. */
@NullMarked
package com.voltageems.hissrv.alert;

import org.jspecify.annotations.NullMarked;
