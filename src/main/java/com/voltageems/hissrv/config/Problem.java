package com.voltageems.hissrv.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param file the file's name as it was given
 * @param line from 1; 0 when the problem is the file as a whole
 * @param column from 1; 0 when the problem is the file as a whole
 * @param path the setting, for example {@code mappings[0].tags[1].index}; empty for the whole file
 * @param message what was found and what is allowed; never a value from the environment, never a
 *     password
 */
public record Problem(String file, int line, int column, String path, String message) {
  /** One line, for example {@code config/default.yml:4:21: service.batch_size: found "x", …}. */
  @Override
  public String toString() {
    String place = line == 0 ? file : file + ":" + line + ":" + column;
    return place + ": " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
