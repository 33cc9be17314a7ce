package com.voltageems.hissrv.config;

/**
 * {@code api:}
 *
 * @param host address to listen on; default 0.0.0.0
 * @param port default 8082; 0 takes any free one
 */
public record ApiConfig(String host, int port) {
  /** What holds when the section is absent. */
  public static ApiConfig defaults() {
    return new ApiConfig("0.0.0.0", 8082);
  }
}
