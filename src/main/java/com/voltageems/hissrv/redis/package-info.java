/** The connection to Redis, the key scanner, the script registry. Alone sees the Redis client. */
@NullMarked
package com.voltageems.hissrv.redis;

import org.jspecify.annotations.NullMarked;
