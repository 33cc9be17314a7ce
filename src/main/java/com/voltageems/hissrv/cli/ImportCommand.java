package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.demo.Progress;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.store.lines.BadLineException;
import com.voltageems.hissrv.store.lines.CsvPoints;
import com.voltageems.hissrv.store.lines.PointLines;
import com.voltageems.hissrv.store.lines.PointSource;
import com.voltageems.hissrv.store.lines.Precision;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Gives a file of points to the running service. */
@Command(
    name = "import",
    exitCodeList = "1:a line is refused, or failed",
    description = {
      "Gives line protocol or CSV to the running service; what ends in .csv is CSV, .gz is unpacked.",
      "Lines that are no points are told, the others are taken. Twice changes nothing."
    },
    footer = {
      "",
      "Examples:",
      "  hissrv import points.lp --precision s",
      "  hissrv import old.csv --measurement telemetry --time time --tag channel --tag interval=1m"
    })
final class ImportCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;
  @Mixin private ServiceOptions service;

  @Parameters(paramLabel = "FILE", description = "Line protocol or CSV.")
  Path file;

  @Option(
      names = "--precision",
      paramLabel = "UNIT",
      description = "What times count: ns, us, ms or s. ns for line protocol; CSV: else RFC 3339.")
  @Nullable String precision;

  @Option(names = "--measurement", paramLabel = "NAME", description = "Of all lines of a CSV.")
  @Nullable String measurement;

  @Option(
      names = "--time",
      paramLabel = "COLUMN",
      defaultValue = "time",
      description = "A CSV's column of times: ${DEFAULT-VALUE}.")
  String time;

  @Option(
      names = "--tag",
      paramLabel = "COLUMN",
      description = "A CSV's column that is a tag, or NAME=VALUE for a tag of every line.")
  List<String> tags = List.of();

  @Option(
      names = "--text",
      paramLabel = "COLUMN",
      description = "A CSV's column that is text, even where it looks like a number.")
  List<String> texts = List.of();

  @Option(names = "--dry-run", description = "Only reads, and says what would be sent.")
  boolean dryRun;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  ImportCommand() {}

  @Override
  public Integer call() {
    try (var raw = new Counted(Files.newInputStream(file));
        var in = isNamed(".gz") ? new GZIPInputStream(raw) : raw) {
      PointSource source = source(in);
      return dryRun ? tryOnly(source) : send(source, raw);
    } catch (BadLineException e) {
      throw new ServiceException(
          "%s, line 1, column %d: %s".formatted(file, e.column(), e.getMessage()));
    } catch (IOException e) {
      throw ServiceException.of(e);
    }
  }

  private PointSource source(InputStream in) throws IOException, BadLineException {
    Precision unit = precision == null ? null : precision(precision);
    if (!isNamed(".csv") && !isNamed(".csv.gz")) {
      return new PointLines(in, unit == null ? Precision.NS : unit);
    }
    if (measurement == null) {
      throw new ParameterException(spec.commandLine(), "CSV needs --measurement");
    }
    Set<String> columns = new TreeSet<>();
    Map<String, String> fixed = new LinkedHashMap<>();
    for (String tag : tags) {
      String[] parts = tag.split("=", 2);
      if (parts.length == 1) {
        columns.add(tag);
      } else {
        fixed.put(parts[0], parts[1]);
      }
    }
    return new CsvPoints(
        in, new CsvPoints.Columns(measurement, time, unit, columns, fixed, Set.copyOf(texts)));
  }

  private Precision precision(String word) {
    return Precision.parse(word)
        .orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                "--precision: '%s' is none of %s"
                    .formatted(word, String.join(", ", Precision.words()))));
  }

  private int send(PointSource source, Counted raw) throws IOException {
    long bytes = Math.max(1, Files.size(file));
    var progress = Progress.on(System.err, "Importing");
    try (var client = service.client(main)) {
      var sender = new PointSender(client);
      sender.send(
          file.toString(),
          source,
          0,
          _ -> progress.done((int) Math.min(1000, 1000 * raw.count / bytes), 1000));
      return sender.tell(main);
    }
  }

  private int tryOnly(PointSource source) throws IOException {
    long points = 0;
    long refused = 0;
    var series = new HashSet<Object>();
    Instant first = Point.LATEST;
    Instant last = Point.EARLIEST;
    for (var entry = source.next(); entry != null; entry = source.next()) {
      switch (entry) {
        case PointSource.Good(Point point) -> {
          points++;
          series.add(point.series());
          first = point.time().isBefore(first) ? point.time() : first;
          last = point.time().isAfter(last) ? point.time() : last;
        }
        case PointSource.Bad bad -> {
          refused++;
          if (refused <= 20) {
            System.err.println(file + ", " + bad.where());
          }
        }
      }
    }
    main.result.put("points", points);
    main.result.put("series", series.size());
    main.result.put("refused", refused);
    String times = points == 0 ? "" : ", from %s to %s".formatted(first, last);
    System.out.printf(
        "%,d points of %,d series%s; %,d lines refused. Nothing was sent.%n",
        points, series.size(), times, refused);
    return refused == 0 ? 0 : 1;
  }

  private boolean isNamed(String end) {
    return file.toString().endsWith(end);
  }

  /** Knows how far a file is read. */
  private static final class Counted extends FilterInputStream {
    private long count;

    private Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = super.read(bytes, from, length);
      count += Math.max(read, 0);
      return read;
    }
  }
}
