package com.voltageems.hissrv.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A configuration and how it was written.
 *
 * @param file the file alone, as {@link Written} has it
 * @param written file and run-time changes together; the environment's settings are not in it
 * @param overlay the run-time changes in it
 * @param settings all that is written, the environment's too, by its path; secrets masked
 * @param hidden secrets and what it refers to, by path, as digests: whether one has changed, not
 *     what it is
 * @param origins where each setting that is written comes from, by its path: {@code
 *     config/default.yml:12}, {@code $HISSRV_SERVICE_NAME}, {@code run time}
 */
record Loaded(
    Config config,
    Map<String, @Nullable Object> file,
    Map<String, @Nullable Object> written,
    Map<String, @Nullable Object> overlay,
    SortedMap<String, String> settings,
    SortedMap<String, String> hidden,
    SortedMap<String, String> origins) {
  Loaded {
    file = Collections.unmodifiableMap(new LinkedHashMap<>(file));
    written = Collections.unmodifiableMap(new LinkedHashMap<>(written));
    overlay = Collections.unmodifiableMap(new LinkedHashMap<>(overlay));
    hidden = Collections.unmodifiableSortedMap(hidden);
    origins = Collections.unmodifiableSortedMap(origins);
  }
}
