package com.voltageems.hissrv.architecture.broken.demo;

import redis.clients.jedis.Jedis;

record SeesRedisClient(Jedis jedis) {}
