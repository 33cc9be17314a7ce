package com.voltageems.hissrv.redis;

import java.util.function.Consumer;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.util.Pool;

/** Walks one server's keyspace. */
final class KeyScanner {
  private static final int COUNT = 500;

  private KeyScanner() {}

  /** Step by step; a key may be seen more than once. */
  static void scan(Pool<Connection> server, String glob, Consumer<String> keys) {
    var params = new ScanParams().match(glob).count(COUNT);
    String cursor = ScanParams.SCAN_POINTER_START;
    do {
      var step = new CommandArguments(Protocol.Command.SCAN).add(cursor).addParams(params);
      ScanResult<String> page;
      try (var connection = server.getResource()) {
        page = connection.executeCommand(new CommandObject<>(step, BuilderFactory.SCAN_RESPONSE));
      }
      page.getResult().forEach(keys);
      cursor = page.getCursor();
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
  }
}
