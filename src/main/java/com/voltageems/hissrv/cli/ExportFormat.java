package com.voltageems.hissrv.cli;

import java.nio.file.Path;
import java.util.Locale;

/** What {@code export} writes. */
enum ExportFormat {
  CSV,
  NDJSON,
  PARQUET;

  private static final String GZ = ".gz";

  /** As a file's name ends. */
  static ExportFormat of(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(GZ)) {
      name = name.substring(0, name.length() - GZ.length());
    }
    if (name.endsWith(".parquet")) {
      return PARQUET;
    }
    return name.endsWith(".ndjson") || name.endsWith(".jsonl") ? NDJSON : CSV;
  }

  static boolean isZipped(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(GZ);
  }

  /** As the API calls it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
