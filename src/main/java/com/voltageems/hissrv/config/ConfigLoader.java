package com.voltageems.hissrv.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/**
 * The only way from YAML to a {@link Config}: whole and valid, or refused with everything that is
 * wrong. Nothing is remembered between two loads.
 */
public final class ConfigLoader {
  private static final Path SYSTEM_WIDE = Path.of("/etc/hissrv/default.yml");
  private static final String VARIABLE = "HISSRV_CONFIG";

  private static final List<String> SECTIONS =
      List.of(
          "service",
          "site",
          "redis",
          "aggregation",
          "mappings",
          "aggregations",
          "sources",
          "filters",
          "store",
          "influxdb",
          "performance",
          "logging",
          "api",
          "lease",
          "backup",
          "alerts");

  /** Sections of the product that this version can't honour, and so must not accept in silence. */
  private static final List<String> NOT_BUILT = List.of();

  private ConfigLoader() {}

  /**
   * Reads a file, without what was changed at run time. Sections that are absent have their
   * defaults.
   *
   * @param environment what <code>${VAR}</code> is replaced from
   * @param functions over all values of a window, that rules may ask for
   * @throws ConfigException with all problems, when there is any
   */
  public static Config load(Path file, Map<String, String> environment, KnownFunctions functions) {
    var problems = new Problems(file.toString());
    Node root = new ConfigFile(file, problems).read();
    return read(
        overrides(problems).over(root, environment), file, environment, functions, problems);
  }

  static EnvironmentOverrides overrides(Problems problems) {
    return new EnvironmentOverrides(SECTIONS, NOT_BUILT, problems);
  }

  /** Where the data is, as far as that can be told. */
  static Path storePath(Node tree, Path file, Map<String, String> environment, Problems problems) {
    var root = new Value(tree, "", problems, new Placeholders(environment, file));
    return Section.of(root, SECTIONS, NOT_BUILT)
        .get("store")
        .map(section -> StoreReader.read(section, true))
        .orElseGet(StoreConfig::defaults)
        .path();
  }

  /**
   * A tree that the environment's settings are in.
   *
   * @throws ConfigException with all problems, when there is any
   */
  static Config read(
      Node tree,
      Path file,
      Map<String, String> environment,
      KnownFunctions functions,
      Problems problems) {
    var root = new Value(tree, "", problems, new Placeholders(environment, file));
    Config config = read(root, functions);
    problems.throwIfAny();
    return config;
  }

  /** What is wrong goes to the root's problems, and has its default. */
  static Config read(Value root, KnownFunctions functions) {
    var sections = Section.of(root, SECTIONS, NOT_BUILT);
    ServiceConfig service =
        sections.get("service").map(ServiceReader::read).orElseGet(ServiceConfig::defaults);
    var usual = PerformanceConfig.defaults();
    PerformanceConfig performance =
        usual.withBatchSize(service.batchSize().orElse(usual.batchSize()));
    AggregationConfig aggregation =
        sections
            .get("aggregation")
            .map(AggregationReader::read)
            .orElseGet(AggregationConfig::defaults);
    List<MappingConfig> mappings =
        sections
            .get("mappings")
            .map(new MappingsReader(aggregation.levels(), functions)::read)
            .orElseGet(List::of);
    var aggregations = new AggregationsReader(aggregation.levels(), mappings, functions);
    Optional<Value> influxdb = sections.get("influxdb").filter(v -> !v.isNull());
    StoreConfig store =
        sections
            .get("store")
            .map(section -> StoreReader.read(section, influxdb.isPresent()))
            .orElseGet(() -> StoreReader.byDefault(influxdb.isPresent()));
    return new Config(
        service,
        sections.get("site").map(SiteReader::read).orElseGet(SiteConfig::defaults),
        sections.get("redis").map(RedisReader::read).orElseGet(RedisConfig::defaults),
        aggregation,
        mappings,
        sections.get("aggregations").map(aggregations::read).orElseGet(List::of),
        sections.get("sources").map(SourcesReader::read).orElseGet(SourcesConfig::defaults),
        sections.get("filters").map(FiltersReader::read).orElseGet(List::of),
        store,
        sections
            .get("performance")
            .map(section -> PerformanceReader.read(section, performance))
            .orElse(performance),
        sections.get("logging").map(LoggingReader::read).orElseGet(LoggingConfig::defaults),
        sections.get("api").map(ApiReader::read).orElseGet(ApiConfig::defaults),
        sections.get("alerts").map(AlertsReader::read).orElseGet(List::of),
        sections
            .get("lease")
            .map(section -> LeaseReader.read(section, store.type()))
            .orElseGet(LeaseConfig::defaults),
        sections.get("backup").map(BackupReader::read).orElseGet(BackupConfig::defaults),
        influxdb.flatMap(section ->
            InfluxReader.read(
                section, sections.get("performance").flatMap(PerformanceReader::compression))));
  }

  /**
   * Which file to load: the option's, the one in {@code HISSRV_CONFIG}, {@code config/default.yml}
   * in the working directory or {@code /etc/hissrv/default.yml}, whichever comes first.
   *
   * @param option {@code --config}; null when it wasn't given
   * @throws ConfigException when the one asked for does not exist, or there is none at all
   */
  public static Path find(
      @Nullable Path option, Map<String, String> environment, Path workingDirectory) {
    return find(option, environment, workingDirectory, SYSTEM_WIDE);
  }

  static Path find(
      @Nullable Path option, Map<String, String> environment, Path workingDirectory, Path last) {
    if (option != null) {
      return existing(workingDirectory.resolve(option), "--config");
    }
    String variable = environment.getOrDefault(VARIABLE, "");
    if (!variable.isBlank()) {
      return existing(workingDirectory.resolve(variable), "$" + VARIABLE);
    }
    var tried = new ArrayList<Path>();
    for (Path place : List.of(workingDirectory.resolve("config/default.yml"), last)) {
      if (Files.exists(place)) {
        return place;
      }
      tried.add(place);
    }
    throw refused(
        tried.getFirst(),
        "no configuration found: --config and $"
            + VARIABLE
            + " are not given, and neither "
            + tried.getFirst()
            + " nor "
            + tried.getLast()
            + " exists");
  }

  private static Path existing(Path file, String givenBy) {
    if (!Files.exists(file)) {
      throw refused(file, "there is no such file (given by " + givenBy + ")");
    }
    return file;
  }

  private static ConfigException refused(Path file, String message) {
    return new ConfigException(List.of(new Problem(file.toString(), 0, 0, "", message)));
  }
}
