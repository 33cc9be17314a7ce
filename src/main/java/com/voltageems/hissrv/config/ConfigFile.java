package com.voltageems.hissrv.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/** From a path to a tree of YAML nodes, every one of which knows its line and column. */
final class ConfigFile {
  private static final int MOST_BYTES = 4 << 20;

  private final Path path;
  private final Problems problems;

  ConfigFile(Path path, Problems problems) {
    this.path = path;
    this.problems = problems;
  }

  /**
   * The root node.
   *
   * @throws ConfigException when it can't be read, isn't UTF-8, isn't YAML or holds nothing
   */
  Node read() {
    return read(bytes());
  }

  /**
   * The root node of these bytes; the path is but their name.
   *
   * @throws ConfigException when they aren't UTF-8, aren't YAML or hold nothing
   */
  Node read(byte[] bytes) {
    Node root = compose(decode(bytes));
    if (root == null || root.getTag().equals(Tag.NULL)) {
      throw failed("holds no section; an empty file is more likely a mistake than a wish");
    }
    return root;
  }

  private byte[] bytes() {
    if (Files.isDirectory(path)) {
      throw failed("is a folder; a YAML file is needed");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw failed("is larger than " + (MOST_BYTES >> 20) + " MB");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw failed("there is no such file");
    } catch (AccessDeniedException e) {
      throw failed("may not be read by this user");
    } catch (IOException e) {
      throw failed("can't be read: " + e.getMessage());
    }
  }

  private String decode(byte[] bytes) {
    if (startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
      throw failed("is encoded in UTF-16; save it as UTF-8");
    }
    if (bytes.length > 1 && (bytes[0] == 0 || bytes[1] == 0)) {
      throw failed("is no text in UTF-8, it rather looks like UTF-16 or UTF-32; save it as UTF-8");
    }
    int start = startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    ByteBuffer in = ByteBuffer.wrap(bytes, start, bytes.length - start);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      throw failedAfter(text, "here is no valid UTF-8; save the file as UTF-8");
    }
    return text;
  }

  private static boolean startsWith(byte[] bytes, int... head) {
    for (int i = 0; i < head.length; i++) {
      if (bytes.length <= i || (bytes[i] & 0xFF) != head[i]) {
        return false;
      }
    }
    return true;
  }

  private Node compose(String text) {
    int wide = YamlBounds.longLineAt(text);
    if (wide >= 0) {
      throw failedAfter(
          text.substring(0, wide),
          "this line is longer than " + YamlBounds.LONGEST_LINE + " characters");
    }
    var options = new LoaderOptions();
    options.setMaxAliasesForCollections(YamlBounds.MOST_ALIASES);
    options.setNestingDepthLimit(YamlBounds.DEEPEST);
    options.setCodePointLimit(MOST_BYTES);
    options.setAllowRecursiveKeys(false);
    try {
      return new Yaml(options).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      Mark begun = e.getContextMark();
      String since =
          begun == null || begun.getLine() == e.getProblemMark().getLine()
              ? ""
              : " begun in line " + (begun.getLine() + 1);
      String context = e.getContext() == null ? "" : " " + e.getContext() + since;
      problems.add(e.getProblemMark(), "", "not valid YAML" + context + ": " + e.getProblem());
      throw problems.exception();
    } catch (ReaderException e) {
      int at = text.offsetByCodePoints(0, Math.min(e.getPosition(), codePoints(text)));
      throw failedAfter(
          text.substring(0, at),
          "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint()));
    } catch (YAMLException e) {
      Mark at = YamlBounds.passedAt(text, options).orElse(null);
      problems.add(at, "", "not valid YAML: " + e.getMessage());
      throw problems.exception();
    }
  }

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

  private ConfigException failed(String message) {
    problems.add(null, "", message);
    return problems.exception();
  }

  private ConfigException failedAfter(String before, String message) {
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    problems.addAt(line, before.length() - before.lastIndexOf('\n'), message);
    return problems.exception();
  }
}
