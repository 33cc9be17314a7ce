package com.voltageems.hissrv.config;

import java.util.Locale;

/** What somebody may do over HTTP; each role may do what those before it may. */
public enum Role {
  /** Nothing is asked of: the process lives, this is its description. */
  ANYONE,
  /** To see what is stored and how the service is. */
  READ,
  /** To make the service do its work: sync, verify, replay. */
  OPERATE,
  /** To change the configuration and history, to throw away. */
  ADMIN;

  /** Whether who has this role may do what needs the other. */
  public boolean includes(Role needed) {
    return compareTo(needed) >= 0;
  }

  /** In lower case, as in YAML. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
