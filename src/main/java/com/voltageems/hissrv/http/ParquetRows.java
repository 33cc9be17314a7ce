package com.voltageems.hissrv.http;

import com.voltageems.hissrv.parquet.ParquetWriter;
import com.voltageems.hissrv.parquet.TimeUnit;
import com.voltageems.hissrv.parquet.UnsuitableException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Parquet file; a group of rows is held until it is full. */
final class ParquetRows implements RowFormat {
  private final Output output;
  private final TimeUnit unit;
  private @Nullable ParquetWriter file;

  ParquetRows(Output output, TimeUnit unit) {
    this.output = output;
    this.unit = unit;
  }

  @Override
  public void columns(List<String> columns) {
    file = new ParquetWriter(output::open, unit, columns);
  }

  @Override
  public void row(List<@Nullable Object> cells) {
    try {
      begun().row(cells);
    } catch (UnsuitableException e) {
      throw new ProblemException(
          Problem.of(
                  422,
                  "unsuitable-format",
                  "The format can't hold this",
                  "A Parquet file can't hold these rows as they are: " + e.getMessage() + ".")
              .with("parameter", "format")
              .with("expected", "csv or ndjson, or a shorter range"));
    }
  }

  @Override
  public void end() {
    begun().end();
  }

  private ParquetWriter begun() {
    if (file == null) {
      throw new IllegalStateException("columns come first");
    }
    return file;
  }
}
