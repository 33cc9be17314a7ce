package com.voltageems.hissrv.config;

import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * {@code site:}
 *
 * @param name what the site is called; empty when the configuration does not say
 * @param timeZone whose days the levels of a day and longer follow
 */
public record SiteConfig(String name, ZoneId timeZone) {
  /** What holds when the section is absent: UTC, not whatever the machine is set to. */
  public static SiteConfig defaults() {
    return new SiteConfig("", ZoneOffset.UTC);
  }
}
