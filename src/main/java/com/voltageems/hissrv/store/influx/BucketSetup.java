package com.voltageems.hissrv.store.influx;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.influx.SetupStep.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** 2.x: a bucket, and the name by which InfluxQL finds it (DBRP). */
final class BucketSetup {
  private static final String BUCKETS = "/api/v2/buckets";
  private static final String MAPPINGS = "/api/v2/dbrps";
  private static final String POLICY = "autogen";

  private final Management api;
  private final InfluxConfig.Access access;
  private final Kept kept;
  private final boolean makes;
  private final String named;
  private final List<SetupStep> steps = new ArrayList<>();

  BucketSetup(Server server, InfluxConfig.Access access, Kept kept, boolean makes) {
    api = new Management(server);
    this.access = access;
    this.kept = kept;
    this.makes = makes;
    named = "bucket \"%s\" of \"%s\"".formatted(bucketName(), access.org());
  }

  List<SetupStep> run() {
    JsonNode bucket =
        api.get(
                BUCKETS
                    + "?"
                    + Server.parameter("org", access.org())
                    + Server.parameter("name", bucketName()),
                "read the " + named)
            .path("buckets")
            .path(0);
    if (bucket.isObject()) {
      JsonNode rule = bucket.path("retentionRules").path(0);
      steps.add(kept.beside(Kept.ofSeconds(rule.path("everySeconds").asLong(0)), named));
      mapping(bucket);
    } else if (makes) {
      JsonNode made = create();
      steps.add(new SetupStep(Outcome.CREATED, "%s, kept %s".formatted(named, kept.text())));
      mapping(made);
    } else {
      steps.add(new SetupStep(Outcome.MISSING, "%s, kept %s".formatted(named, kept.text())));
    }
    return List.copyOf(steps);
  }

  private JsonNode create() {
    String purpose = "create the " + named;
    String organisation =
        api.get("/api/v2/orgs?" + Server.parameter("org", access.org()), "look up the organisation")
            .path("orgs")
            .path(0)
            .path("id")
            .asText();
    if (organisation.isEmpty()) {
      throw StoreException.fatal(
          "there is no organisation \"%s\", or the token may not see it".formatted(access.org()),
          null);
    }
    List<?> rules =
        kept.time().isEmpty()
            ? List.of()
            : List.of(Map.of("type", "expire", "everySeconds", kept.seconds()));
    return api.post(
        BUCKETS,
        Map.of("orgID", organisation, "name", bucketName(), "retentionRules", rules),
        purpose);
  }

  /** From 2.3 on a bucket's own name is mapped without anybody's doing. */
  private void mapping(JsonNode bucket) {
    String database = access.databaseOrBucket();
    String id = bucket.path("id").asText();
    String organisation = bucket.path("orgID").asText();
    String what = "database \"%s\" for InfluxQL, mapped to the bucket".formatted(database);
    JsonNode mapped =
        api.get(
            MAPPINGS
                + "?"
                + Server.parameter("orgID", organisation)
                + Server.parameter("bucketID", id),
            "read which database is which bucket");
    if (mapped.isMissingNode()) {
      throw StoreException.fatal(
          "this InfluxDB can't be read by InfluxQL: it is too old, 2.1 or newer is needed", null);
    }
    for (JsonNode one : mapped.path("content")) {
      if (one.path("database").asText().equals(database)) {
        steps.add(new SetupStep(Outcome.FOUND, what));
        return;
      }
    }
    if (makes) {
      String policy = access.retentionPolicy().isEmpty() ? POLICY : access.retentionPolicy();
      JsonNode _ =
          api.post(
              MAPPINGS,
              Map.of(
                  "orgID", organisation,
                  "bucketID", id,
                  "database", database,
                  "retention_policy", policy,
                  "default", true),
              "map the database to the bucket");
    }
    steps.add(new SetupStep(makes ? Outcome.CREATED : Outcome.MISSING, what));
  }

  private String bucketName() {
    return access.bucketOrDatabase();
  }
}
