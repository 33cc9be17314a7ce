package com.voltageems.hissrv.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which package may use which. The order is the order of the data's flow; a new package needs a
 * row.
 *
 * @param root the package that all of them are in
 */
record Architecture(String root) {
  private static final List<String> BASE = List.of("model", "config", "observe");

  /** What each package may use besides itself and the base. */
  private static final Map<String, List<String>> TABLE = table();

  /** Libraries that one package wraps for all others. */
  private static final Map<List<String>, List<String>> LIBRARIES =
      Map.of(
          List.of("org.sqlite.."), List.of("sqlite"),
          List.of("redis.clients.."), List.of("redis", "demo"),
          List.of("io.javalin..", "org.eclipse.jetty..", "jakarta.."), List.of("http"),
          List.of("org.yaml.."), List.of("config"),
          List.of("ch.qos.logback.."), List.of("observe"),
          List.of("io.prometheus.."), List.of("observe"),
          List.of("picocli.."), List.of("cli"));

  private static Map<String, List<String>> table() {
    var table = new LinkedHashMap<String, List<String>>();
    table.put("sqlite", List.of());
    table.put("redis", List.of());
    table.put("lease", List.of("redis"));
    table.put("ledger", List.of("sqlite", "redis", "lease"));
    table.put("aggregate", List.of("redis", "lease", "ledger", "transform"));
    table.put("transform", List.of("sqlite"));
    table.put("outbox", List.of("sqlite", "redis"));
    table.put("collect", List.of("redis", "lease", "transform", "outbox", "ledger"));
    table.put("store", List.of("sqlite"));
    table.put("deliver", List.of("outbox", "store", "ledger"));
    table.put("query", List.of("aggregate", "outbox", "store", "ledger", "transform"));
    table.put(
        "verify", List.of("aggregate", "query", "transform", "redis", "outbox", "ledger", "store"));
    table.put("backup", List.of("query", "transform", "outbox", "store"));
    table.put(
        "correct", List.of("query", "verify", "transform", "redis", "outbox", "ledger", "store"));
    table.put("alert", List.of());
    table.put("parquet", List.of());
    List<String> flow = List.copyOf(table.keySet());
    table.put("http", flow.stream().filter(p -> !p.equals("redis") && !p.equals("store")).toList());
    table.put("app", List.copyOf(table.keySet()));
    table.put("demo", List.copyOf(table.keySet()));
    // Benchmarks run on the demo's private Redis and plant; the demo knows nothing of them.
    table.put("bench", List.copyOf(table.keySet()));
    table.put("cli", List.copyOf(table.keySet()));
    return table;
  }

  /** Every class is in a package that has a row. */
  ArchRule onlyPackagesOfTheTable() {
    return classes()
        .should()
        .resideInAnyPackage(everyPackage().map(this::within).toArray(String[]::new))
        .as("every package has a row in the table");
  }

  /** One rule per row. */
  List<ArchRule> rowsOfTheTable() {
    var rules = new ArrayList<ArchRule>();
    rules.add(
        classes()
            .that()
            .resideInAPackage(within("model"))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(within("model"), "java..", "org.jspecify..")
            .as("model uses the JDK alone")
            .allowEmptyShould(true));
    rules.add(mayUse("config", List.of("config", "model")));
    rules.add(mayUse("observe", List.of("observe", "model")));
    TABLE.forEach((name, allowed) ->
        rules.add(
            mayUse(name, Stream.of(BASE, List.of(name), allowed).flatMap(List::stream).toList())));
    return rules;
  }

  /** One rule per wrapped library. */
  List<ArchRule> libraries() {
    var rules = new ArrayList<ArchRule>();
    LIBRARIES.forEach((library, owners) ->
        rules.add(
            noClasses()
                .that()
                .resideOutsideOfPackages(owners.stream().map(this::within).toArray(String[]::new))
                .should()
                .dependOnClassesThat(resideInAnyPackage(library.toArray(String[]::new)))
                .as("only " + owners + " may use " + library)));
    return rules;
  }

  /** The stores are strangers to each other, and the contract does not know them. */
  List<ArchRule> stores() {
    return List.of(
        strangers("store.sqlite..", within("store.influx")),
        strangers("store.influx..", within("store.sqlite")),
        strangers("store", within("store.sqlite"), within("store.influx")));
  }

  /** No package, however deep, uses one that uses it. */
  ArchRule noCycles() {
    return slices().matching(root + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);
  }

  /** Time is injected. */
  ArchRule injectedTime() {
    return classes().should(new InjectedTime(this::mayWireTheClock)).as("time is injected");
  }

  private boolean mayWireTheClock(JavaClass type) {
    return Stream.of("app", "cli", "demo", "bench")
        .anyMatch(name -> resideInAPackage(within(name)).test(type));
  }

  private ArchRule strangers(String from, String... to) {
    return noClasses()
        .that()
        .resideInAPackage(root + "." + from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to)
        .as(from + " knows nothing of " + List.of(to))
        .allowEmptyShould(true);
  }

  private ArchRule mayUse(String name, List<String> allowed) {
    String[] others =
        everyPackage().filter(p -> !allowed.contains(p)).map(this::within).toArray(String[]::new);
    if (others.length == 0) {
      return classes().should().resideInAPackage("..").as(name + " may use everything");
    }
    return noClasses()
        .that()
        .resideInAPackage(within(name))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .as(name + " may use, of our packages, only " + allowed)
        .allowEmptyShould(true);
  }

  private static Stream<String> everyPackage() {
    return Stream.concat(BASE.stream(), TABLE.keySet().stream());
  }

  private String within(String name) {
    return root + "." + name + "..";
  }
}
