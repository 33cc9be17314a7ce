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
  /** Where a walk begins and ends. */
  static final String START = ScanParams.SCAN_POINTER_START;

  private static final int COUNT = 500;

  private KeyScanner() {}

  /** Step by step; a key may be seen more than once. */
  static void scan(Pool<Connection> server, String glob, Consumer<String> keys) {
    String cursor = START;
    do {
      ScanResult<String> page = page(server, glob, cursor);
      page.getResult().forEach(keys);
      cursor = page.getCursor();
    } while (!cursor.equals(START));
  }

  /** One step. */
  static ScanResult<String> page(Pool<Connection> server, String glob, String cursor) {
    var params = new ScanParams().match(glob).count(COUNT);
    var step = new CommandArguments(Protocol.Command.SCAN).add(cursor).addParams(params);
    try (var connection = server.getResource()) {
      return connection.executeCommand(new CommandObject<>(step, BuilderFactory.SCAN_RESPONSE));
    }
  }
}
