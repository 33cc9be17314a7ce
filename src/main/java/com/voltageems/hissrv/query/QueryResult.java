package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.TimeRange;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An answer: a table.
 *
 * @param tags those that all rows have with the same value, or, without rows, those asked for;
 *     {@code interval} is not among them where it names the level
 * @param interval the level's name
 * @param columns {@code time}, then the other tags by name, then the fields by name. No name occurs
 *     twice: a tag called like a field, or {@code time}, gets {@code tag.} in front, a field called
 *     {@code time} {@code field.}
 * @param rows a value for each column, sorted by time, then by tags. The time is an {@code Instant}
 *     in UTC, tags are {@code String}, fields {@code Double}, {@code Long}, {@code Boolean} or
 *     {@code String}; null where a row lacks one. Each is made when it is asked for: go through
 *     them once
 * @param cursor where the next page begins; empty when this is the last, or there is no limit
 * @param isPage whether there is a limit
 * @param warnings what it lacks, in sentences
 */
public record QueryResult(
    String measurement,
    SortedMap<String, String> tags,
    String interval,
    TimeRange range,
    List<String> columns,
    List<List<@Nullable Object>> rows,
    Optional<String> cursor,
    boolean isPage,
    List<String> warnings) {}
