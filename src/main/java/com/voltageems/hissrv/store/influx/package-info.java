/** History in InfluxDB of any generation: line protocol to write, InfluxQL to read. */
@NullMarked
package com.voltageems.hissrv.store.influx;

import org.jspecify.annotations.NullMarked;
