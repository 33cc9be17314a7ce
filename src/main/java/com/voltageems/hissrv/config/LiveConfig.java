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
  private Config started;
  private SortedMap<String, String> startedWith;
  private SortedMap<String, String> hiddenAtStart;
  private final Overlay overlay;
  private final ConfigHistory history;
  private final List<Consumer<Config>> followers = new ArrayList<>();
  private volatile Running running;
  private volatile @Nullable ConfigException refused;
  private volatile @Nullable Common common;
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
    var shown = shown(loaded);
    Optional<ConfigRevision> last = history.last();
    if (last.isPresent() && last.get().written().equals(shown)) {
      return last.get();
    }
    Map<String, @Nullable Object> before = last.map(ConfigRevision::written).orElseGet(Map::of);
    return new ConfigRevision(
        last.map(ConfigRevision::number).orElse(0L) + 1,
        clock.instant(),
        "start",
        Difference.between(Written.flat(before), Written.flat(shown)),
        shown);
  }

  /** What is written, secrets masked; where several instances share it, what all of them have. */
  private Map<String, @Nullable Object> shown(Loaded loaded) {
    return started.lease().enabled() ? CommonText.shown(loaded) : MaskedTree.of(loaded.written());
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
    return MaskedTree.of(running.loaded().written());
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
    Common with = common;
    ConfigException trouble = with == null ? null : with.trouble();
    long now = running.revision().number();
    if (why != null) {
      return CheckResult.down(
          "refused, revision %d goes on: %s".formatted(now, why.problems().getFirst()));
    }
    return trouble == null
        ? CheckResult.ok("revision " + now)
        : CheckResult.down(
            "what is in %s can't be applied here, revision %d goes on: %s"
                .formatted(Common.NAME, now, trouble.problems().getFirst()));
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
      ConfigChange change = install(load(), cause);
      refused = null;
      Common with = common;
      if (with != null) {
        with.tell(cause);
        follow();
      }
      return new ConfigChange(running.revision().number(), change.changes(), change.needRestart());
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
              .orElseThrow(() ->
                  Refusals.refused("", "there is no revision " + revision + " to go back to"));
    }
    return change(
        now -> common == null ? target.written() : OwnSettings.and(now, target.written()),
        "rollback to " + revision,
        false);
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
    Common with = common;
    if (with != null && !dryRun) {
      with.catchUp();
      Refusals.refuseWhileBehind(with.trouble());
    }
    Object file = fingerprint();
    Loaded now = load();
    Object edited = Written.ofJson(edit.of(now.written()));
    Map<String, @Nullable Object> target =
        MaskedTree.opened(edited instanceof Map<?, ?> map ? Written.keyed(map) : Map.of(), now);
    Map<String, @Nullable Object> changes = MergePatch.between(now.file(), target);
    Refusals.refuseSecrets(changes);
    Loaded next = source.with(changes);
    Refusals.refuseUnchangeable(now, next, with != null);
    ConfigChange change = wouldBe(next);
    if (dryRun || (with != null && change.changes().isEmpty())) {
      return change;
    }
    if (with == null) {
      change = changeHere(now, next, cause);
    } else {
      long number = with.change(next, cause, change);
      change = new ConfigChange(number, change.changes(), change.needRestart());
    }
    applied = file;
    return change;
  }

  private ConfigChange changeHere(Loaded now, Loaded next, String cause) {
    write(next.overlay());
    try {
      return install(next, cause);
    } catch (RuntimeException e) {
      write(now.overlay());
      throw e;
    }
  }

  private void write(Map<String, @Nullable Object> changes) {
    try {
      overlay.write(changes);
    } catch (IOException e) {
      throw Refusals.refused("", overlay.file() + " can't be written: " + e);
    }
  }

  /** What is on disk; where instances share their changes the file of them is but a copy. */
  private Loaded load() {
    return common == null ? source.load() : with(running.loaded().overlay(), Overlay.NAME);
  }

  /**
   * From now on changes are made in all instances, and theirs here: see {@link #follow}.
   *
   * @param place where they are
   */
  public synchronized void share(SharedConfig place) {
    Common before = common;
    Common with = before == null ? new Common(place, this, clock) : before.at(place);
    with.tell(running.revision().cause());
    common = with;
  }

  /**
   * Begins with what all instances have, before anything is built by this configuration. What can't
   * be applied is left to {@link #check}.
   */
  public synchronized void startFrom(SharedConfig place, SharedConfig.Kept kept) {
    var with = new Common(place, this, clock);
    common = with;
    if (!kept.stamp().isEmpty()) {
      with.take(kept);
    }
  }

  /**
   * Takes what other instances have changed, and tells them what this one's file has. To be called
   * again and again; never throws. What can't be applied is left to {@link #check}.
   */
  public void follow() {
    Common with = common;
    try {
      if (with != null && !with.isSettled()) {
        synchronized (this) {
          with.catchUp();
        }
      }
    } catch (SharedConfigException e) {
      LOG.debug("what others have changed is seen later", e);
    }
  }

  Loaded loaded() {
    return running.loaded();
  }

  /** The file as it is now with other changes. */
  Loaded with(Map<String, @Nullable Object> changes, String from) {
    return source.with(changes, from);
  }

  /**
   * Goes on by what all instances have. The file of changes is a copy, for a start without them.
   *
   * @throws ConfigException when a follower can't: then nothing is changed
   */
  void take(Loaded next, ConfigRevision revision) {
    if (followers.isEmpty()) {
      begin(next);
    }
    ConfigChange change = wouldBe(next);
    try {
      switchTo(next, revision);
    } catch (RuntimeException e) {
      throw Refusals.refused("", e.toString());
    }
    try {
      overlay.write(next.overlay());
    } catch (IOException e) {
      LOG.warn("{} can't be written, a restart without Redis would forget: {}", overlay.file(), e);
    }
    if (!change.changes().isEmpty()) {
      tell(revision, change, next);
    }
  }

  /** Nothing was built by another configuration yet. */
  private void begin(Loaded loaded) {
    started = loaded.config();
    startedWith = loaded.settings();
    hiddenAtStart = loaded.hidden();
  }

  /** What all instances say of the revisions holds here, too; the last is that which holds. */
  void renumber(List<ConfigRevision> log) {
    running = new Running(running.loaded(), log.getLast());
    history.replace(log);
  }

  /** The file of changes is about to be replaced by what others have. */
  void keepBeside() {
    try {
      Path kept = overlay.keepBeside();
      LOG.warn(
          "this instance's run-time changes {} give way to those in {}; they are in {}",
          Written.flat(running.loaded().overlay()).keySet(),
          Common.NAME,
          kept);
    } catch (IOException e) {
      LOG.warn("{} can't be kept: {}", overlay.file(), e.toString());
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
            before.revision().number() + 1, clock.instant(), cause, change.changes(), shown(next));
    switchTo(next, revision);
    history.add(revision);
    tell(revision, change, next);
    return new ConfigChange(revision.number(), change.changes(), change.needRestart());
  }

  private void switchTo(Loaded next, ConfigRevision revision) {
    Running before = running;
    running = new Running(next, revision);
    if (next.settings().equals(before.loaded().settings())
        && next.hidden().equals(before.loaded().hidden())) {
      return;
    }
    try {
      followers.forEach(follower -> follower.accept(current()));
    } catch (RuntimeException e) {
      running = before;
      followers.forEach(follower -> follower.accept(current()));
      throw e;
    }
  }

  private static void tell(ConfigRevision revision, ConfigChange change, Loaded next) {
    LOG.info(
        "configuration revision {} ({}): {}",
        revision.number(),
        revision.cause(),
        change.changes().isEmpty()
            ? "a secret or what it refers to has changed"
            : change.changes().keySet());
    if (!change.needRestart().isEmpty()) {
      LOG.warn("these settings wait for a restart: {}", change.needRestart());
    }
    next.config().warnings().forEach(warning -> LOG.warn("{}", warning));
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
