package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.backup.BackupFolder;
import com.voltageems.hissrv.backup.BackupFolder.DayFile;
import com.voltageems.hissrv.backup.RestoreMark;
import com.voltageems.hissrv.demo.Progress;
import com.voltageems.hissrv.store.lines.PointLines;
import com.voltageems.hissrv.store.lines.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Gives a backup to the running service. */
@Command(
    name = "restore",
    description = {
      "Gives a backup to the running service, whatever store that has; checksums are checked first.",
      "Started again after a stop it goes on where it was. Twice changes nothing."
    },
    exitCodeList = "1:a file is damaged (then nothing is sent), a line is refused, or failed",
    footer = {
      "",
      "Examples:",
      "  hissrv restore /mnt/stick/hissrv",
      "  hissrv restore /mnt/stick/hissrv --url http://new-box:8082"
    })
final class RestoreCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private ServiceOptions service;

  @Parameters(paramLabel = "DIR", description = "A folder that backup has written.")
  Path folder;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  RestoreCommand() {}

  @Override
  public Integer call() {
    try (var client = service.client(main)) {
      return restore(client);
    } catch (IOException e) {
      throw ServiceException.of(e);
    }
  }

  private int restore(ServiceClient client) throws IOException {
    var backup = BackupFolder.open(folder);
    List<String> names = List.copyOf(backup.files().keySet());
    if (names.isEmpty()) {
      throw new ServiceException("there is no backup in " + folder);
    }
    List<String> damaged = damaged(backup, names);
    if (!damaged.isEmpty()) {
      damaged.forEach(System.err::println);
      throw new ServiceException(
          damaged.size() + " files are not as they were written; nothing was sent");
    }
    var mark = RestoreMark.in(folder, client.address());
    var sender = new PointSender(client);
    long all = backup.files().values().stream().mapToLong(DayFile::rows).sum();
    var progress = Progress.on(System.err, "Restoring");
    long before = 0;
    for (var entry : backup.files().entrySet()) {
      String name = entry.getKey();
      DayFile file = entry.getValue();
      long done = mark.done(name, file.sha256());
      if (done < file.rows()) {
        long base = before;
        try (var in = backup.read(name)) {
          sender.send(
              name,
              new PointLines(in, Precision.NS),
              done,
              entries -> {
                mark.is(name, file.sha256(), entries);
                progress.done((int) (1000 * (base + entries) / all), 1000);
              });
        }
        mark.is(name, file.sha256(), file.rows());
      }
      before += file.rows();
    }
    mark.clear();
    return sender.tell(main);
  }

  private static List<String> damaged(BackupFolder backup, List<String> names) throws IOException {
    var damaged = new ArrayList<String>();
    var progress = Progress.on(System.err, "Checking");
    for (int i = 0; i < names.size(); i++) {
      backup.damage(names.get(i)).ifPresent(damaged::add);
      progress.done(i + 1, names.size());
    }
    return damaged;
  }
}
