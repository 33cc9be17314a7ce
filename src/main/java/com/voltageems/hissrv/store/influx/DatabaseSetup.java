package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.influx.SetupStep.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** 1.x: a database and a retention policy. 1.8 names both in a bucket: {@code database/policy}. */
final class DatabaseSetup {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Server server;
  private final String database;
  private final String policy;
  private final Kept kept;
  private final boolean makes;
  private final List<SetupStep> steps = new ArrayList<>();

  DatabaseSetup(Server server, InfluxConfig.Access access, Kept kept, boolean makes) {
    this.server = server;
    this.kept = kept;
    this.makes = makes;
    String[] bucket = access.databaseOrBucket().split("/", 2);
    database = bucket[0];
    policy =
        access.retentionPolicy().isEmpty() && bucket.length > 1
            ? bucket[1]
            : access.retentionPolicy();
  }

  List<SetupStep> run() {
    var databases = new TreeSet<String>();
    ask(InfluxQl.DATABASES, "list databases", (_, cells) -> databases.add("" + cells.getFirst()));
    String named = "database \"" + database + "\"";
    if (databases.contains(database)) {
      steps.add(new SetupStep(Outcome.FOUND, named));
      retentionPolicy();
    } else {
      make(named, InfluxQl.createDatabase(database, policy, kept.influxQl()));
    }
    return List.copyOf(steps);
  }

  private void retentionPolicy() {
    String named = "retention policy \"%s\" of \"%s\"";
    var found = new ArrayList<SetupStep>();
    ask(
        InfluxQl.retentionPolicies(database),
        "list retention policies",
        (_, cells) -> {
          String name = String.valueOf(cells.get(0));
          // The last column everywhere; what stands before it differs.
          boolean isDefault = "true".equals(cells.getLast());
          if (policy.isEmpty() ? isDefault : name.equals(policy)) {
            Kept there = Kept.parse(String.valueOf(cells.get(1)));
            found.add(kept.beside(there, named.formatted(name, database)));
          }
        });
    steps.addAll(found);
    if (found.isEmpty()) {
      String name = policy.isEmpty() ? "autogen" : policy;
      make(
          named.formatted(name, database),
          InfluxQl.createRetentionPolicy(database, name, kept.influxQl())
              + (policy.isEmpty() ? " DEFAULT" : ""));
    }
  }

  private void make(String what, String statement) {
    if (makes) {
      ask(statement, "create the " + what, (_, _) -> {});
    }
    steps.add(
        new SetupStep(
            makes ? Outcome.CREATED : Outcome.MISSING, "%s, kept %s".formatted(what, kept.text())));
  }

  private void ask(String statement, String purpose, Answers.RowReader rows) {
    try {
      server.query(statement, PATIENCE, rows);
    } catch (StoreException e) {
      throw e.retryable()
          ? e
          : StoreException.fatal(
              "can't %s, which needs a user who may (an admin): %s"
                  .formatted(purpose, e.getMessage()),
              e);
    }
  }
}
