package com.voltageems.hissrv.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The user's own editor, on a file of the moment. */
record TextEditor(Map<String, String> environment) {
  /**
   * What the user leaves.
   *
   * @throws ServiceException when the editor fails, or nothing was changed
   */
  String edit(String text) throws IOException, InterruptedException {
    Path file = Files.createTempFile("hissrv-", ".json");
    try {
      Files.writeString(file, text);
      var process =
          new ProcessBuilder("sh", "-c", command() + " \"$1\"", "editor", file.toString())
              .inheritIO()
              .start();
      if (process.waitFor() != 0) {
        throw new ServiceException("the editor (" + command() + ") failed; nothing is changed");
      }
      String edited = Files.readString(file);
      if (edited.strip().equals(text.strip())) {
        throw new ServiceException("nothing was changed in the editor");
      }
      return edited;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private String command() {
    String visual = environment.getOrDefault("VISUAL", "");
    String editor = environment.getOrDefault("EDITOR", "vi");
    return visual.isBlank() ? editor : visual;
  }
}
