package com.voltageems.hissrv.demo;

import java.util.List;
import java.util.Optional;

/**
 * Starts a program in a session of its own. Both ways end in an exec, so that the process id is
 * that of the program.
 */
final class OwnSession {
  private OwnSession() {}

  /** What to put before a command; empty where the system offers nothing. */
  static List<String> prefix() {
    return setsid().or(OwnSession::perl).orElse(List.of());
  }

  static Optional<List<String>> setsid() {
    return OnPath.find("setsid").map(program -> List.of(program.toString()));
  }

  /** macOS has no setsid but comes with Perl. */
  static Optional<List<String>> perl() {
    return OnPath.find("perl")
        .map(program ->
            List.of(
                program.toString(),
                "-e",
                "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV or die $!",
                "--"));
  }
}
