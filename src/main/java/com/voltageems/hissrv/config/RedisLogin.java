package com.voltageems.hissrv.config;

import org.jspecify.annotations.Nullable;

/**
 * Who we are to a server.
 *
 * @param user null for the default user
 * @param password null where none is needed
 */
public record RedisLogin(@Nullable String user, @Nullable String password) {
  /** Nobody. */
  public static final RedisLogin NONE = new RedisLogin(null, null);

  @Override
  public String toString() {
    return "RedisLogin[user=" + user + "]";
  }
}
