package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration that holds, and the only way to another one while the service runs: read whole,
 * found valid, then handed on as one snapshot. One that is bad changes nothing. Safe for any
 * thread; changes follow each other.
 */
public final class LiveConfig implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(LiveConfig.class);

  /** Of problems in the log. */
  private static final int MOST_TOLD = 10;

  private final ConfigSource source;
  private final InstantSource clock;
  private final Config started;
  private final SortedMap<String, String> startedWith;
  private final SortedMap<String, String> hiddenAtStart;
  private final Overlay overlay;
  private final ConfigHistory history;
  private final List<Consumer<Config>> followers = new ArrayList<>();
  private volatile Running running;
  private volatile @Nullable ConfigException refused;
  private @Nullable Object seen;
  private @Nullable Object applied;

  private record Running(Loaded loaded, ConfigRevision revision) {}

  /**
   * Reads the configuration.
   *
   * @throws ConfigException with all problems, when there is any
   */
  public LiveConfig(ConfigSource source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
    seen = fingerprint();
    applied = seen;
    Loaded loaded = source.load();
    started = loaded.config();
    startedWith = loaded.settings();
    hiddenAtStart = loaded.hidden();
    Path data = started.store().path();
    overlay = new Overlay(data);
    history = new ConfigHistory(data);
    running = new Running(loaded, firstRevision(loaded));
  }

  private ConfigRevision firstRevision(Loaded loaded) {
    var masked = masked(loaded.written());
    Optional<ConfigRevision> last = history.last();
    if (last.isPresent() && last.get().written().equals(masked)) {
      return last.get();
    }
    Map<String, @Nullable Object> before = last.map(ConfigRevision::written).orElseGet(Map::of);
    return new ConfigRevision(
        last.map(ConfigRevision::number).orElse(0L) + 1,
        clock.instant(),
        "start",
        Difference.between(Written.flat(before), Written.flat(masked)),
        masked);
  }

  /** Begins to keep the history: the data folder is this process's own now. */
  public synchronized void keepHistory() {
    ConfigRevision now = running.revision();
    if (history.last().map(ConfigRevision::number).orElse(0L) != now.number()) {
      history.add(now);
    }
  }

  /**
   * Hands every later configuration on. It must take all of it or throw.
   *
   * @param follower is given what can change in a running process; the rest is as it was started
   */
  public synchronized void onChange(Consumer<Config> follower) {
    followers.add(follower);
  }

  /** What the service runs by. */
  public Config current() {
    return running.loaded().config().runningOn(started);
  }

  /** See {@link ConfigRevision}. */
  public ConfigRevision revision() {
    return running.revision();
  }

  /** The newest last. */
  public synchronized List<ConfigRevision> history() {
    return history.all();
  }

  /** The user's file. */
  public Path file() {
    return source.file();
  }

  /** Every setting by its path, defaults too; secrets masked. */
  public SortedMap<String, String> settings() {
    return Defaults.behind(running.loaded().settings());
  }

  /** File and run-time changes as they are written, secrets masked. */
  public Map<String, @Nullable Object> written() {
    return masked(running.loaded().written());
  }

  /** Where each setting that is written comes from, by its path. */
  public SortedMap<String, String> origins() {
    return running.loaded().origins();
  }

  /** Settings as they are written, that wait for a restart. */
  public SortedMap<String, Difference> needRestart() {
    return needRestart(running.loaded());
  }

  @Override
  public String name() {
    return "config";
  }

  @Override
  public CheckResult check() {
    ConfigException why = refused;
    return why == null
        ? CheckResult.ok("revision " + running.revision().number())
        : CheckResult.down(
            "refused, revision %d goes on: %s"
                .formatted(running.revision().number(), why.problems().getFirst()));
  }

  /**
   * Reads the file again.
   *
   * @param cause for people
   * @throws ConfigException with all problems, when there is any: then nothing is changed
   */
  public synchronized ConfigChange reload(String cause) {
    seen = fingerprint();
    applied = seen;
    try {
      ConfigChange change = install(source.load(), cause);
      refused = null;
      return change;
    } catch (ConfigException e) {
      refused = e;
      LOG.error("the configuration is refused, the last good one goes on:{}", first(e.problems()));
      throw e;
    }
  }

  private static String first(List<Problem> problems) {
    var lines = new StringBuilder();
    problems.stream().limit(MOST_TOLD).forEach(problem -> lines.append('\n').append(problem));
    return problems.size() <= MOST_TOLD
        ? lines.toString()
        : lines + "\nand " + (problems.size() - MOST_TOLD) + " more; check-config has all";
  }

  /**
   * Reads the file again when it has changed and does so no more. To be called again and again.
   * What is wrong with it is in the log and in {@link #check}.
   */
  public synchronized void reloadIfChanged() {
    Object now = fingerprint();
    boolean isCalm = Objects.equals(now, seen);
    seen = now;
    if (isCalm && now != null && !now.equals(applied)) {
      try {
        ConfigChange _ = reload("file");
      } catch (ConfigException e) {
        LOG.debug("refused", e);
      }
    }
  }

  /**
   * Changes settings; they are on disk when this returns.
   *
   * @param patch as RFC 7396 has it, of JSON's own types
   * @param dryRun whether only to tell what would change
   * @throws ConfigException with all problems, when there is any: then nothing is changed
   */
  public ConfigChange patch(Map<String, @Nullable Object> patch, String cause, boolean dryRun) {
    return change(now -> MergePatch.applied(now, patch), cause, dryRun);
  }

  /**
   * Goes back to an earlier configuration, by changes over the file as it is now.
   *
   * @throws ConfigException when there is no such revision, or it is not valid any more
   */
  public ConfigChange rollback(long revision) {
    ConfigRevision target;
    synchronized (this) {
      target =
          history
              .get(revision)
              .orElseThrow(
                  () -> refused("", "there is no revision " + revision + " to go back to"));
    }
    return change(_ -> target.written(), "rollback to " + revision, false);
  }

  /** What a whole other text would change; nothing is. */
  public ConfigChange tryOut(String yaml) {
    return wouldBe(source.with(yaml));
  }

  /** The configuration that a whole other text gives, by itself. */
  public Config parsed(String yaml) {
    return source.with(yaml).config();
  }

  /** Makes a tree of settings from that which holds; secrets in it may be masked. */
  public interface Edit {
    /** The settings as they are to be. */
    Map<String, @Nullable Object> of(Map<String, @Nullable Object> now);
  }

  /**
   * Changes settings; they are on disk when this returns.
   *
   * @throws ConfigException with all problems, when there is any: then nothing is changed
   */
  public ConfigChange change(Edit edit, String cause) {
    return change(edit, cause, false);
  }

  private synchronized ConfigChange change(Edit edit, String cause, boolean dryRun) {
    Object file = fingerprint();
    Loaded now = source.load();
    Object edited = Written.ofJson(edit.of(now.written()));
    Map<String, @Nullable Object> target =
        unmasked(edited instanceof Map<?, ?> map ? Written.keyed(map) : Map.of(), now);
    Map<String, @Nullable Object> changes = MergePatch.between(now.file(), target);
    refuseSecrets(changes);
    Loaded next = source.with(changes);
    refuseUnchangeable(now, next);
    if (dryRun) {
      return wouldBe(next);
    }
    Map<String, @Nullable Object> before = now.overlay();
    write(changes);
    try {
      ConfigChange change = install(next, cause);
      applied = file;
      return change;
    } catch (RuntimeException e) {
      write(before);
      throw e;
    }
  }

  private void write(Map<String, @Nullable Object> changes) {
    try {
      overlay.write(changes);
    } catch (IOException e) {
      throw refused("", overlay.file() + " can't be written: " + e);
    }
  }

  private ConfigChange install(Loaded next, String cause) {
    Running before = running;
    ConfigChange change = wouldBe(next);
    if (change.changes().isEmpty() && next.hidden().equals(before.loaded().hidden())) {
      running = new Running(next, before.revision());
      return change;
    }
    var revision =
        new ConfigRevision(
            before.revision().number() + 1,
            clock.instant(),
            cause,
            change.changes(),
            masked(next.written()));
    running = new Running(next, revision);
    try {
      followers.forEach(follower -> follower.accept(current()));
    } catch (RuntimeException e) {
      running = before;
      followers.forEach(follower -> follower.accept(current()));
      throw e;
    }
    history.add(revision);
    LOG.info(
        "configuration revision {} ({}): {}",
        revision.number(),
        cause,
        change.changes().isEmpty()
            ? "a secret or what it refers to has changed"
            : change.changes().keySet());
    if (!change.needRestart().isEmpty()) {
      LOG.warn("these settings wait for a restart: {}", change.needRestart());
    }
    next.config().warnings().forEach(warning -> LOG.warn("{}", warning));
    return new ConfigChange(revision.number(), change.changes(), change.needRestart());
  }

  private ConfigChange wouldBe(Loaded next) {
    return new ConfigChange(
        running.revision().number(),
        Difference.between(running.loaded().settings(), next.settings()),
        List.copyOf(needRestart(next).keySet()));
  }

  private SortedMap<String, Difference> needRestart(Loaded loaded) {
    var waiting = new TreeMap<String, Difference>();
    Difference.between(hiddenAtStart, loaded.hidden())
        .keySet()
        .forEach(path ->
            waiting.put(path, new Difference(startedWith.get(path), loaded.settings().get(path))));
    waiting.putAll(Difference.between(startedWith, loaded.settings()));
    waiting.keySet().removeIf(path -> !Restart.isNeededFor(path));
    return waiting;
  }

  private static Map<String, @Nullable Object> masked(Map<String, @Nullable Object> tree) {
    return Written.mapped("", tree, Secrets::masked) instanceof Map<?, ?> map
        ? Written.keyed(map)
        : Map.of();
  }

  /** Puts back what was masked when it was shown: as it holds now, else as the file has it. */
  private static Map<String, @Nullable Object> unmasked(
      Map<String, @Nullable Object> tree, Loaded now) {
    Map<String, String> holding = texts(now.written());
    Map<String, String> inFile = texts(now.file());
    Object unmasked =
        Written.mapped(
            "",
            tree,
            (path, text) ->
                Stream.of(holding, inFile)
                    .map(texts -> texts.getOrDefault(path, ""))
                    .filter(was -> Secrets.masked(path, was).equals(text))
                    .findFirst()
                    .orElse(text));
    return unmasked instanceof Map<?, ?> map ? Written.keyed(map) : Map.of();
  }

  private static Map<String, String> texts(Map<String, @Nullable Object> tree) {
    var texts = new TreeMap<String, String>();
    Object _ =
        Written.mapped(
            "",
            tree,
            (path, text) -> {
              texts.put(path, text);
              return text;
            });
    return texts;
  }

  private static void refuseSecrets(Map<String, @Nullable Object> changes) {
    var problems = new ArrayList<Problem>();
    Object _ =
        Written.mapped(
            "",
            changes,
            (path, text) -> {
              if (!Secrets.isOpen(path, text) || text.contains(Secrets.MASK)) {
                problems.add(
                    problem(
                        path,
                        "a secret is not written down at run time: give ${VARIABLE} or"
                            + " ${file:PATH}, or put it in the configuration file"));
              }
              return text;
            });
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static void refuseUnchangeable(Loaded now, Loaded next) {
    var problems = new ArrayList<Problem>();
    for (String path :
        Difference.between(Written.flat(now.written()), Written.flat(next.written())).keySet()) {
      String origin = next.origins().getOrDefault(path, "");
      if (origin.startsWith("$")) {
        problems.add(problem(path, "is given by " + origin + ", which a change can't override"));
      } else if (path.equals("store.path")) {
        problems.add(problem(path, "is where run-time changes are kept: change it in the file"));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static ConfigException refused(String path, String message) {
    return new ConfigException(List.of(problem(path, message)));
  }

  private static Problem problem(String path, String message) {
    return new Problem("the change", 0, 0, path, message);
  }

  /** Changes whenever the file may have; null while there is none. */
  private @Nullable Object fingerprint() {
    try {
      var file = Files.readAttributes(source.file(), BasicFileAttributes.class);
      return List.of(file.size(), file.lastModifiedTime(), String.valueOf(file.fileKey()));
    } catch (IOException e) {
      LOG.debug("no file", e);
      return null;
    }
  }
}
