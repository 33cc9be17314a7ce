package com.voltageems.hissrv.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * How far a restore is, {@code restore.json} beside the backup: of each file how many of its points
 * are taken. Gone when all are. It holds for one service and for files as they were.
 */
public final class RestoreMark {
  private static final String NAME = "restore.json";
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final ObjectNode root;

  private RestoreMark(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  /** That of a restore to this service; of nothing done where there is none. */
  public static RestoreMark in(Path folder, String service) throws IOException {
    Path file = folder.resolve(NAME);
    if (Files.exists(file)) {
      try {
        JsonNode root = JSON.readTree(Files.readAllBytes(file));
        if (root instanceof ObjectNode known && root.path("service").asText().equals(service)) {
          return new RestoreMark(file, known);
        }
      } catch (JsonProcessingException e) {
        throw new IOException(file + " is damaged; delete it to begin anew", e);
      }
    }
    return new RestoreMark(file, JSON.createObjectNode().put("service", service));
  }

  /** How many points of a file are taken. */
  public long done(String name, String sha256) {
    JsonNode told = root.path(name);
    return told.path("sha256").asText().equals(sha256) ? told.path("points").asLong() : 0;
  }

  /** So many are. */
  public void is(String name, String sha256, long points) throws IOException {
    root.putObject(name).put("sha256", sha256).put("points", points);
    Path next = file.resolveSibling(NAME + ".part");
    Files.write(next, JSON.writeValueAsBytes(root));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** All are. */
  public void clear() throws IOException {
    Files.deleteIfExists(file);
  }
}
