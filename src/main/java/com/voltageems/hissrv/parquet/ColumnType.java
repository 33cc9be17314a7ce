package com.voltageems.hissrv.parquet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a column holds. */
enum ColumnType {
  TIME(2),
  INTEGER(2),
  FLOAT(5),
  BOOLEAN(0),
  STRING(6);

  private final int physical;

  ColumnType(int physical) {
    this.physical = physical;
  }

  /** As the format numbers it. */
  int physical() {
    return physical;
  }

  static ColumnType of(Object value) {
    return switch (value) {
      case Instant _ -> TIME;
      case Long _ -> INTEGER;
      case Double _ -> FLOAT;
      case Boolean _ -> BOOLEAN;
      default -> STRING;
    };
  }

  /** Of a column's description in a file. */
  static @Nullable ColumnType of(Struct element) {
    boolean isTime = element.has(10) && element.struct(10).has(8);
    for (ColumnType type : values()) {
      if (type.physical == element.number(1) && (type == TIME) == isTime) {
        return type;
      }
    }
    return null;
  }
}
