package com.voltageems.hissrv.parquet;

import java.util.ArrayList;
import java.util.List;

/**
 * Some rows of a file, column by column.
 *
 * @param first the smallest time
 * @param last the largest time
 */
record RowGroup(int rows, long first, long last, List<Chunk> chunks) {
  /**
   * One column's values.
   *
   * @param dictionaryAt where its dictionary is; -1 where it has none
   * @param dataAt where its page of values is
   * @param plainSize in bytes with headers, before compression
   * @param size in bytes with headers
   */
  record Chunk(long dictionaryAt, long dataAt, int plainSize, int size, int rows, int nulls) {
    Chunk movedBy(long bytes) {
      long dictionary = dictionaryAt < 0 ? dictionaryAt : dictionaryAt + bytes;
      return new Chunk(dictionary, dataAt + bytes, plainSize, size, rows, nulls);
    }

    long start() {
      return dictionaryAt < 0 ? dataAt : dictionaryAt;
    }
  }

  RowGroup movedBy(long bytes) {
    var moved = new ArrayList<Chunk>();
    chunks.forEach(chunk -> moved.add(chunk.movedBy(bytes)));
    return new RowGroup(rows, first, last, moved);
  }
}
