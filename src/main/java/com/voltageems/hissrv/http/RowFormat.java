package com.voltageems.hissrv.http;

import com.voltageems.hissrv.query.RowWriter;
import java.io.IOException;
import java.io.OutputStream;

/** Rows as bytes. */
sealed interface RowFormat extends RowWriter permits CsvRows, NdjsonRows, ParquetRows {
  /** All rows were given: writes what is left. */
  void end();

  /** Opens what is written to when there is something to write. */
  interface Output {
    /** The same each time. */
    OutputStream open() throws IOException;
  }
}
