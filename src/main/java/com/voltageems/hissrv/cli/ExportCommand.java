package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.demo.Progress;
import com.voltageems.hissrv.parquet.UnsuitableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;

/** History of any length into a file, part by part; what broke off goes on. */
@Command(
    name = "export",
    description = {
      "Writes history of any length to a file: CSV, NDJSON or Parquet, rows as they are stored.",
      "Stopped, or cut off for long, the same call goes on where it was: no row twice, none left out.",
      "Until it is whole the file is called FILE.part; FILE.part.json says how far it is."
    },
    exitCodeList = {"0:the file is whole", "1:it is not: the same call goes on, or says why not"},
    footer = {
      "",
      "Examples:",
      "  hissrv export telemetry --from 2026-01-01 --to 2026-02-01 -o january.parquet",
      "  hissrv export telemetry channel=1001 --from now-30d --fields voltage -o voltage.csv.gz",
      "  hissrv export -m model_data --from now-1d --interval raw --format ndjson -o model.ndjson --json"
    })
final class ExportCommand implements Callable<Integer> {
  private static final int TRIES = 6;
  private static final int PERMILLE = 1_000;

  @ParentCommand private Main main;
  @Mixin private ServiceOptions service;
  @Mixin private SeriesOptions series;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      required = true,
      description = "First moment: 2026-01-31 (UTC), RFC 3339, epoch, or now-30d.")
  String from;

  @Option(names = "--to", paramLabel = "TIME", description = "First moment after; now by default.")
  @Nullable String to;

  @Option(names = "--interval", paramLabel = "LEVEL", description = "1m, 5m, … or raw.")
  @Nullable String interval;

  @Option(names = "--fields", paramLabel = "NAMES", description = "With commas in between.")
  @Nullable String fields;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv, ndjson or parquet; else as FILE ends, else csv.")
  @Nullable ExportFormat format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "CSV and NDJSON are gzipped where it ends in .gz.")
  Path output;

  @Option(names = "--restart", description = "Throws away what is there of it, and begins anew.")
  boolean restart;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  ExportCommand() {}

  @Override
  public Integer call() {
    ExportFormat written = format == null ? ExportFormat.of(output) : format;
    boolean zipped = ExportFormat.isZipped(output);
    if (zipped && written == ExportFormat.PARQUET) {
      throw new ParameterException(
          series.commandLine(), "Parquet is compressed in itself; leave out .gz");
    }
    List<Map.Entry<String, String>> question = question(written);
    List<Map.Entry<String, String>> whole = withRange(question, from, to);
    if (interval != null) {
      whole.add(Map.entry("interval", interval));
    }
    try (var client = service.client(main);
        var file = ExportFile.open(output, written, zipped, whole.toString(), restart)) {
      if (!file.isBegun()) {
        file.begin(client.head("/export", whole));
      } else {
        System.err.printf(
            Locale.ROOT, "goes on at %s; %,d rows are there%n", file.next(), file.rows());
      }
      boolean resumed = file.rows() > 0;
      write(client, file, question);
      file.finish();
      tell(file, written, resumed);
      return 0;
    } catch (IOException e) {
      throw ServiceException.of(e);
    } catch (UnsuitableException e) {
      throw new ServiceException(e.getMessage() + "; --restart begins anew");
    }
  }

  private void write(
      ServiceClient client, ExportFile file, List<Map.Entry<String, String>> question)
      throws IOException {
    var progress = Progress.on(System.err, "Exporting");
    long all = Math.max(1, Duration.between(file.start(), file.stop()).toMillis());
    while (file.parts() == 0 || file.next().isBefore(file.stop())) {
      part(client, file, question);
      long done = Duration.between(file.start(), file.next()).toMillis();
      progress.done((int) (PERMILLE * done / all), PERMILLE);
    }
  }

  /** What may pass by itself is waited for: 1 s, 2 s, … 16 s. */
  private static void part(
      ServiceClient client, ExportFile file, List<Map.Entry<String, String>> question)
      throws IOException {
    for (int tried = 1; ; tried++) {
      try {
        Instant end = file.nextEnd();
        var asked = new ArrayList<>(withRange(question, file.next().toString(), end.toString()));
        asked.add(Map.entry("interval", file.interval()));
        if (file.leavesOutHead()) {
          asked.add(Map.entry("header", "false"));
        }
        file.addPart(end, out -> client.copy("/export", asked, out));
        return;
      } catch (ServiceException e) {
        if (!e.mayPass() || tried == TRIES) {
          throw e.mayPass()
              ? new ServiceException(e.getMessage() + "; the same call goes on where it was")
              : e;
        }
        pause(1L << (tried - 1), e);
      }
    }
  }

  private static void pause(long seconds, ServiceException why) {
    System.err.printf("%s; tries again in %d s%n", why.getMessage(), seconds);
    try {
      Thread.sleep(Duration.ofSeconds(seconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException("interrupted");
    }
  }

  private void tell(ExportFile file, ExportFormat written, boolean resumed) throws IOException {
    main.result.put("file", output.toString());
    main.result.put("format", written.label());
    main.result.put("start", file.start().toString());
    main.result.put("stop", file.stop().toString());
    main.result.put("interval", file.interval());
    main.result.put("rows", file.rows());
    main.result.put("bytes", Files.size(output));
    main.result.put("parts", file.parts());
    main.result.put("resumed", resumed);
    System.out.printf(
        Locale.ROOT,
        "%s: %,d rows of level %s from %s to %s%n",
        output,
        file.rows(),
        file.interval(),
        file.start(),
        file.stop());
  }

  private static List<Map.Entry<String, String>> withRange(
      List<Map.Entry<String, String>> question, String start, @Nullable String stop) {
    var asked = new ArrayList<>(question);
    asked.add(Map.entry("start", time(start)));
    if (stop != null) {
      asked.add(Map.entry("stop", time(stop)));
    }
    return asked;
  }

  /** A day is its first moment, UTC. */
  private static String time(String text) {
    return text.matches("\\d{4}-\\d\\d-\\d\\d") ? text + "T00:00:00Z" : text;
  }

  private List<Map.Entry<String, String>> question(ExportFormat written) {
    var question = new ArrayList<>(series.parameters());
    question.add(Map.entry("format", written.label()));
    if (fields != null) {
      question.add(Map.entry("fields", fields));
    }
    return question;
  }
}
