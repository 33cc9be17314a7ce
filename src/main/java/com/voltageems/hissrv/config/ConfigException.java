package com.voltageems.hissrv.config;

import java.util.List;

/**
 * A configuration is applied whole or not at all: this one is not, and here is all that's wrong.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** The message has one line per problem. */
  public ConfigException(List<Problem> problems) {
    super(String.join("\n", problems.stream().map(Problem::toString).toList()));
    this.problems = List.copyOf(problems);
  }

  /** At least one, in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
