package com.voltageems.hissrv.config;

import java.util.List;

/**
 * Who may use the API: the part of {@code api:} that a running service follows.
 *
 * @param tokens empty: reading is open, and what changes state answers to this machine alone
 * @param readWithoutToken whether reading stays open where there are tokens
 * @param origins of pages that may read answers ({@code https://host[:port]}); empty: none
 */
public record ApiAccess(List<ApiToken> tokens, boolean readWithoutToken, List<String> origins) {
  /** Copies the lists. */
  public ApiAccess {
    tokens = List.copyOf(tokens);
    origins = List.copyOf(origins);
  }

  /** What holds when nothing is said. */
  public static ApiAccess defaults() {
    return new ApiAccess(List.of(), false, List.of());
  }
}
