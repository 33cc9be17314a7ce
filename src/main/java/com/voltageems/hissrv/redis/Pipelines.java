package com.voltageems.hissrv.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/** The same command for many keys, in few round trips to each server. */
final class Pipelines {
  /** Redis serves nobody else until it has answered a whole pipeline. */
  private static final int COMMANDS_PER_PIPELINE = 50;

  private final Servers servers;

  Pipelines(Servers servers) {
    this.servers = servers;
  }

  /**
   * Answers in the order of the commands, each of which names a key.
   *
   * @param read makes something of an answer; asking for it throws what Redis answered instead
   */
  <T, R> List<R> ask(List<CommandObject<T>> commands, Function<Supplier<T>, R> read) {
    Map<Object, List<Integer>> byServer = new LinkedHashMap<>();
    for (int i = 0; i < commands.size(); i++) {
      Object owner = servers.ownerOf(commands.get(i).getArguments());
      byServer.computeIfAbsent(owner, o -> new ArrayList<>()).add(i);
    }
    Map<Integer, R> results = new HashMap<>();
    for (List<Integer> places : byServer.values()) {
      for (int from = 0; from < places.size(); from += COMMANDS_PER_PIPELINE) {
        int to = Math.min(from + COMMANDS_PER_PIPELINE, places.size());
        List<Integer> some = places.subList(from, to);
        List<R> answers = askOne(some.stream().map(commands::get).toList(), read);
        for (int i = 0; i < some.size(); i++) {
          results.put(some.get(i), answers.get(i));
        }
      }
    }
    return IntStream.range(0, commands.size()).mapToObj(results::get).toList();
  }

  private <T, R> List<R> askOne(List<CommandObject<T>> commands, Function<Supplier<T>, R> read) {
    List<Response<T>> responses;
    try (Connection connection = servers.connectionFor(commands.getFirst().getArguments());
        var pipeline = new Pipeline(connection)) {
      responses = commands.stream().map(pipeline::executeCommand).toList();
      pipeline.sync();
    }
    var results = new ArrayList<R>();
    for (int i = 0; i < responses.size(); i++) {
      Response<T> response = responses.get(i);
      CommandObject<T> again = commands.get(i);
      results.add(read.apply(() -> orRedirected(response, again)));
    }
    return results;
  }

  /**
   * A slot that has moved: the command was not carried out, and a single one is led to its place.
   */
  private <T> T orRedirected(Response<T> response, CommandObject<T> command) {
    try {
      return response.get();
    } catch (JedisRedirectionException _) {
      return servers.client().executeCommand(command);
    }
  }
}
