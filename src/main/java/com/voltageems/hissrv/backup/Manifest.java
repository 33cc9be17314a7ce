package com.voltageems.hissrv.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.backup.BackupFolder.DayFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code manifest.json}: what files a backup has.
 *
 * @param completed when the last pass over all days began; null when there was none
 */
record Manifest(SortedMap<String, DayFile> files, @Nullable Instant completed) {
  private static final String NAME = "manifest.json";
  private static final int FORMAT = 1;
  private static final JsonMapper JSON = new JsonMapper();

  /** A name that leads nowhere else. */
  private static final Pattern DAY_FILE = Pattern.compile("\\w+/[\\d-]+\\.lp\\.gz");

  static Manifest read(Path folder) throws IOException {
    var files = new TreeMap<String, DayFile>();
    Path manifest = folder.resolve(NAME);
    if (!Files.exists(manifest)) {
      return new Manifest(files, null);
    }
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(manifest));
      int format = root.path("format").asInt();
      if (format != FORMAT) {
        throw new IOException(
            "%s is of format %d; this version knows %d".formatted(manifest, format, FORMAT));
      }
      for (var file : root.path("files").properties()) {
        if (!DAY_FILE.matcher(file.getKey()).matches()) {
          throw new IOException("%s names '%s'".formatted(manifest, file.getKey()));
        }
        JsonNode told = file.getValue();
        files.put(
            file.getKey(),
            new DayFile(
                told.path("rows").asLong(),
                told.path("bytes").asLong(),
                told.path("sha256").asText(),
                Instant.parse(told.path("asked").asText())));
      }
      String completed = root.path("completed").asText();
      return new Manifest(files, completed.isEmpty() ? null : Instant.parse(completed));
    } catch (JsonProcessingException | DateTimeException e) {
      throw new IOException(manifest + " is no manifest of a backup: " + e.getMessage(), e);
    }
  }

  /** Whole or not at all. */
  void write(Path folder) throws IOException {
    var root = JSON.createObjectNode();
    root.put("format", FORMAT);
    if (completed != null) {
      root.put("completed", completed.toString());
    }
    var told = root.putObject("files");
    files.forEach((name, file) ->
        told.putObject(name)
            .put("rows", file.rows())
            .put("bytes", file.bytes())
            .put("sha256", file.sha256())
            .put("asked", file.asked().toString()));
    Files.createDirectories(folder);
    Path next = folder.resolve(NAME + ".part");
    Files.write(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    var levels = new TreeSet<String>();
    files.keySet().forEach(name -> levels.add(name.substring(0, name.indexOf('/'))));
    for (String level : levels) {
      force(folder.resolve(level));
    }
    force(next);
    Files.move(
        next,
        folder.resolve(NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    force(folder);
  }

  private static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
