package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.config.ConfigException;
import com.voltageems.hissrv.config.KnownFunctions;
import com.voltageems.hissrv.config.Problem;
import com.voltageems.hissrv.model.Statistic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/** The functions over all values of a window: the built-in ones and those of plugins. */
public final class Functions implements KnownFunctions {
  /** The folder of plugins, beside the configuration file. */
  public static final String FOLDER = "plugins";

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  private final TreeMap<String, AggregateFunction> byName = new TreeMap<>();

  private Functions() {
    BuiltInFunctions.ALL.forEach(function -> byName.put(function.name(), function));
  }

  /** {@code percentile}, {@code median} and {@code mode}. */
  public static Functions builtIn() {
    return new Functions();
  }

  /**
   * Also those in the jars of a folder, which need not exist.
   *
   * @throws ConfigException with all that is wrong with any of the jars
   */
  public static Functions with(Path plugins) {
    var functions = new Functions();
    var problems = new ArrayList<Problem>();
    for (Path jar : PluginJars.in(plugins, problems)) {
      for (AggregateFunction function : PluginJars.functionsOf(jar, problems)) {
        functions.add(jar, function, problems);
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return functions;
  }

  @Override
  public SortedSet<String> names() {
    return new TreeSet<>(byName.keySet());
  }

  @Override
  public ToDoubleFunction<double[]> bind(String name, List<Double> arguments) {
    AggregateFunction function = byName.get(name);
    if (function == null) {
      throw new IllegalArgumentException("there is no function " + name);
    }
    List<Double> fixed = List.copyOf(arguments);
    function
        .problem(fixed)
        .ifPresent(why -> {
          throw new IllegalArgumentException(why);
        });
    return values -> function.apply(values, fixed);
  }

  private void add(Path jar, AggregateFunction function, Collection<Problem> problems) {
    String who = function.getClass().getName();
    String name = PluginJars.nameOf(function);
    if (!NAME.matcher(name).matches()) {
      problems.add(
          PluginJars.problem(
              jar,
              who
                  + " is named \""
                  + name
                  + "\"; allowed are lower-case letters, digits and underscores, a letter first"));
    } else if (Statistic.parse(name).isPresent() || byName.putIfAbsent(name, function) != null) {
      problems.add(
          PluginJars.problem(jar, who + " is named \"" + name + "\", which exists already"));
    }
  }
}
