package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.app.FolderLock;
import com.voltageems.hissrv.backup.BackupFolder;
import com.voltageems.hissrv.backup.BackupPass;
import com.voltageems.hissrv.backup.BackupPass.LevelDay;
import com.voltageems.hissrv.demo.Progress;
import com.voltageems.hissrv.model.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Copies the running service's history into a folder. */
@Command(
    name = "backup",
    description = {
      "Copies history into a folder: a file per level and day, and a manifest with checksums.",
      "Started again it writes what is not there yet, and the days that may have changed."
    },
    footer = {"", "Examples:", "  hissrv backup /mnt/stick/hissrv --from 2026-11-01"})
final class BackupCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private ServiceOptions service;

  @Parameters(paramLabel = "DIR", description = "The folder; is made where there is none.")
  Path folder;

  @Option(names = "--from", paramLabel = "DAY", description = "First day (UTC), as 2026-11-28.")
  @Nullable LocalDate from;

  @Option(names = "--to", paramLabel = "DAY", description = "First day after.")
  @Nullable LocalDate to;

  @Option(
      names = "--all",
      description = {
        "Writes every day again. Without it a day is done a day after it ended: what came later",
        "than that, after a longer outage, needs this."
      })
  boolean all;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  BackupCommand() {}

  @Override
  public Integer call() {
    try (var client = service.client(main)) {
      return backup(client);
    } catch (IOException e) {
      throw ServiceException.of(e);
    }
  }

  private int backup(ServiceClient client) throws IOException {
    try (var _ = FolderLock.forBackup(folder)) {
      var backup = BackupFolder.open(folder);
      JsonNode answer = client.ask("GET", "/backup/days", Map.of());
      Instant now = Instant.parse(answer.path("now").asText());
      var progress = Progress.on(System.err, "Backing up");
      BackupPass.Result result =
          BackupPass.run(
              backup,
              days(answer.path("levels")),
              all,
              now,
              (level, day, out) ->
                  client.copy(
                      "/backup", Map.of("interval", level.name(), "day", day.toString()), out),
              progress::done);
      if (from == null && to == null) {
        backup.complete(now);
      }
      tell(result);
    }
    return 0;
  }

  private void tell(BackupPass.Result result) {
    main.result.put("days", result.days());
    main.result.put("written", result.written());
    main.result.put("rows", result.rows());
    System.out.printf(
        "%d days: %d written with %,d rows, %d were there%n",
        result.days(), result.written(), result.rows(), result.days() - result.written());
  }

  private List<LevelDay> days(JsonNode levels) {
    var days = new ArrayList<LevelDay>();
    for (var level : levels.properties()) {
      for (JsonNode text : level.getValue()) {
        LocalDate day = LocalDate.parse(text.asText());
        boolean isMeant = (from == null || !day.isBefore(from)) && (to == null || day.isBefore(to));
        if (isMeant) {
          days.add(new LevelDay(Level.parse(level.getKey()).orElseThrow(), day));
        }
      }
    }
    return days;
  }
}
