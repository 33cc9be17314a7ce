package com.voltageems.hissrv.config;

import java.util.Optional;

/**
 * {@code api:}
 *
 * @param host address to listen on; default 0.0.0.0
 * @param port default 8082; 0 takes any free one
 * @param tls empty: HTTP in the clear
 */
public record ApiConfig(String host, int port, Optional<ApiTls> tls, ApiAccess access) {
  /** In the clear, without tokens. */
  public ApiConfig(String host, int port) {
    this(host, port, Optional.empty(), ApiAccess.defaults());
  }

  /** What holds when the section is absent. */
  public static ApiConfig defaults() {
    return new ApiConfig("0.0.0.0", 8082);
  }

  /** The same, but for who may use it. */
  ApiConfig with(ApiAccess other) {
    return new ApiConfig(host, port, tls, other);
  }
}
