package com.voltageems.hissrv.config;

import java.util.regex.Pattern;

/** Which settings nobody may read, and what is shown in their place. */
public final class Secrets {
  /** Shown instead; in a change it means: as it is. */
  public static final String MASK = "***";

  private static final Pattern NAME =
      Pattern.compile(
          "(?:.*[._])?(?:token|password|secret)|api\\.tokens(?:\\[\\d+\\])?\\.hash",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]*@");

  private Secrets() {}

  /** Whether a text is fit for eyes at this place: a reference to a secret is, the secret not. */
  public static boolean isOpen(String path, String text) {
    return masked(path, text).equals(text);
  }

  /**
   * A setting's text without what is secret in it.
   *
   * @param path for example {@code influxdb.token}
   * @param text as it is written: {@code ${VAR}} and {@code ${file:PATH}} tell nothing
   */
  public static String masked(String path, String text) {
    if (NAME.matcher(path).matches()) {
      return isReference(text) ? text : MASK;
    }
    return USER_INFO
        .matcher(text)
        .replaceAll(found -> isReference(found.group()) ? "$0" : MASK + "@");
  }

  private static boolean isReference(String text) {
    return text.isEmpty() || Placeholders.isReference(text);
  }
}
