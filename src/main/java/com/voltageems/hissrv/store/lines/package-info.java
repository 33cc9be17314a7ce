/** Points as text, InfluxDB's line protocol: written, and read back by the letter. */
@NullMarked
package com.voltageems.hissrv.store.lines;

import org.jspecify.annotations.NullMarked;
