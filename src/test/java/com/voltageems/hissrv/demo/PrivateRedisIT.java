package com.voltageems.hissrv.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

class PrivateRedisIT {
  @TempDir Path folder;

  @Test
  void itIsARealRedis7ThatAnswersAndWritesNothingToDisk() {
    try (var redis = PrivateRedis.start(folder);
        var client = RedisClient.create(redis.url())) {
      assertThat(client.ping()).isEqualTo("PONG");
      assertThat(client.info("server"))
          .contains("redis_version:7.", "process_id:" + redis.pid() + "\r\n");
      assertThat(client.configGet("save")).containsEntry("save", "");
      assertThat(client.configGet("appendonly")).containsEntry("appendonly", "no");
      assertThat(client.configGet("bind")).containsEntry("bind", "127.0.0.1");
    }
  }

  @Test
  void severalRunSideBySideInOneFolder() {
    try (var one = PrivateRedis.start(folder);
        var other = PrivateRedis.start(folder)) {
      assertThat(one.port()).isNotEqualTo(other.port());
    }
  }

  @Test
  void closingLeavesNoProcess() {
    var redis = PrivateRedis.start(folder);
    redis.close();
    assertThat(ProcessHandle.of(redis.pid())).isEmpty();
    redis.close();
  }

  @Test
  void closingEndsAStoppedOneToo() throws Exception {
    var redis = PrivateRedis.start(folder);
    signal("STOP", redis.pid());
    redis.close();
    assertThat(ProcessHandle.of(redis.pid())).isEmpty();
  }

  @Test
  void aKilledOneStartsAgainOnTheSamePortWithoutItsData() {
    var first = PrivateRedis.start(folder);
    try (var client = RedisClient.create(first.url())) {
      client.set("a", "1");
    }
    first.kill();
    assertThat(ProcessHandle.of(first.pid())).isEmpty();
    try (var second = PrivateRedis.start(folder, first.port());
        var client = RedisClient.create(second.url())) {
      assertThat(second.url()).isEqualTo(first.url());
      assertThat(client.dbSize()).isZero();
    }
  }

  @Test
  void withAppendonlyItsDataIsThereAgain() {
    var first = PrivateRedis.start(folder, 0, "--appendonly", "yes");
    try (first;
        var client = RedisClient.create(first.url())) {
      client.set("a", "1");
    }
    try (var second = PrivateRedis.start(folder, first.port(), "--appendonly", "yes");
        var client = RedisClient.create(second.url())) {
      assertThat(client.get("a")).isEqualTo("1");
    }
  }

  @Test
  void aTakenFixedPortIsAClearError() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> PrivateRedis.start(folder, taken.getLocalPort()))
          .isInstanceOf(DemoException.class)
          .hasMessage("Port " + taken.getLocalPort() + " is taken by another program");
    }
    assertThat(runningFrom(folder)).isEmpty();
  }

  @Test
  void anotherRedisOnThePortIsNotMistakenForOurs() {
    try (var other = PrivateRedis.start(folder)) {
      assertThatThrownBy(() -> PrivateRedis.start(folder, other.port()))
          .isInstanceOf(DemoException.class)
          .hasMessageContaining("taken");
      assertThat(runningFrom(folder)).containsExactly(other.pid());
    }
  }

  @Test
  void anUnknownArgumentIsAnErrorThatSaysWhatRedisSaid() {
    assertThatThrownBy(() -> PrivateRedis.start(folder, 0, "--no-such-option", "1"))
        .isInstanceOf(DemoException.class)
        .hasMessageContaining("no-such-option");
  }

  @Test
  void theInstalledOneNeedsNotTheBundledOne() {
    try (var redis = PrivateRedis.startInstalled(folder);
        var client = RedisClient.create(redis.url())) {
      assertThat(client.ping()).isEqualTo("PONG");
      assertThat(folder.resolve("redis-server")).doesNotExist();
    }
  }

  @Test
  void aTerminalsCtrlCDoesNotReachIt() throws Exception {
    try (var redis = PrivateRedis.start(folder)) {
      assertThat(sessionOf(redis.pid())).isEqualTo(redis.pid());
    }
  }

  @Test
  void withoutSetsidPerlStartsASessionAndKeepsTheProcessId() throws Exception {
    List<String> command = new ArrayList<>(OwnSession.perl().orElseThrow());
    command.addAll(List.of("/bin/sleep", "30"));
    Process sleep = new ProcessBuilder(command).start();
    try {
      while (sleep.info().command().filter(c -> c.contains("perl")).isPresent()) {
        Thread.sleep(5);
      }
      assertThat(sessionOf(sleep.pid())).isEqualTo(sleep.pid());
    } finally {
      sleep.destroyForcibly().waitFor();
    }
  }

  private static List<Long> runningFrom(Path folder) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().command().filter(c -> c.startsWith(folder.toString())).isPresent())
        .map(ProcessHandle::pid)
        .toList();
  }

  private static long sessionOf(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3]);
  }

  private static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
        .isZero();
  }
}
