package com.voltageems.hissrv.store.influx;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.store.influx.SetupStep.Outcome;
import java.util.LinkedHashMap;
import java.util.List;

/** 3 Core: a database. Its retention can't be asked for, only given when it is made. */
final class CoreSetup {
  private static final String DATABASES = "/api/v3/configure/database";

  private final Management api;
  private final String database;
  private final Kept kept;
  private final boolean makes;

  CoreSetup(Server server, InfluxConfig.Access access, Kept kept, boolean makes) {
    api = new Management(server);
    database = access.bucketOrDatabase();
    this.kept = kept;
    this.makes = makes;
  }

  List<SetupStep> run() {
    String named = "database \"" + database + "\"";
    for (JsonNode one : api.get(DATABASES + "?format=json", "list databases")) {
      if (one.path("iox::database").asText().equals(database)) {
        return List.of(new SetupStep(Outcome.FOUND, named));
      }
    }
    if (makes) {
      var wanted = new LinkedHashMap<String, Object>();
      wanted.put("db", database);
      kept.time().ifPresent(time -> wanted.put("retention_period", kept.text()));
      JsonNode _ = api.post(DATABASES, wanted, "create the " + named);
    }
    return List.of(
        new SetupStep(makes ? Outcome.CREATED : Outcome.MISSING, named + ", kept " + kept.text()));
  }
}
