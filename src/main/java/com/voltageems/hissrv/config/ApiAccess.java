package com.voltageems.hissrv.config;

import java.util.List;

/**
 * Who may use the API: the part of {@code api:} that a running service follows.
 *
 * @param tokens empty: reading is open, and what changes state answers to this machine alone
 * @param readWithoutToken whether reading stays open where there are tokens
 * @param origins of pages that may read answers ({@code https://host[:port]}); empty: none
 * @param allowedHosts names, in lower case, that a request without a token may be addressed to,
 *     besides those that nobody can have registered; {@code *} for any
 */
public record ApiAccess(
    List<ApiToken> tokens,
    boolean readWithoutToken,
    List<String> origins,
    List<String> allowedHosts) {
  /** Copies the lists. */
  public ApiAccess {
    tokens = List.copyOf(tokens);
    origins = List.copyOf(origins);
    allowedHosts = List.copyOf(allowedHosts);
  }

  /** What holds when nothing is said. */
  public static ApiAccess defaults() {
    return new ApiAccess(List.of(), false, List.of(), List.of());
  }
}
