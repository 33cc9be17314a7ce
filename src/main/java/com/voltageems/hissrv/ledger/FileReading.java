package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the one instance that there is wrote to its file. */
final class FileReading implements Reading {
  private final LedgerFile file;
  private final long fromMillis;
  private final long toMillis;
  private final Map<Kind, Spans> outages;

  /** Throws {@link SqliteException}. */
  FileReading(LedgerFile file, long fromMillis, long toMillis) {
    this.file = file;
    this.fromMillis = fromMillis;
    this.toMillis = toMillis;
    outages =
        file.read(Marks.Subject.SITE.source(), fromMillis, toMillis)
            .getOrDefault(Marks.Subject.SITE.level(), new EnumMap<>(Kind.class));
  }

  @Override
  public long sinceMillis() {
    return Long.MIN_VALUE;
  }

  @Override
  public long untilMillis() {
    return Long.MAX_VALUE;
  }

  @Override
  public Map<String, Map<Level, Map<Kind, Spans>>> of(List<String> sources) {
    try {
      var known = new HashMap<String, Map<Level, Map<Kind, Spans>>>();
      for (String source : sources) {
        known.put(source, file.read(source, fromMillis, toMillis));
      }
      return known;
    } catch (SqliteException e) {
      throw new LedgerException(e);
    }
  }

  @Override
  public Map<Kind, Spans> outages(String source) {
    return outages;
  }

  @Override
  public long settledMillis(String source, long own) {
    return own;
  }
}
