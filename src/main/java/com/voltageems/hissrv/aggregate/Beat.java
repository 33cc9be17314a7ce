package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.lease.Held;

/**
 * One moment's work.
 *
 * @param nowMillis the time of samples, epoch milliseconds
 * @param held what may be touched at this moment, and by which epoch
 */
record Beat(long nowMillis, Held held) {}
