package com.voltageems.hissrv.architecture.broken.query;

import redis.clients.jedis.Jedis;

record SeesRedisClient(Jedis jedis) {}
