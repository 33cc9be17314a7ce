package com.voltageems.hissrv.packaging;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/**
 * Reads manifests by the classes made from Kubernetes' own schemas; a key they don't have throws.
 */
final class StrictKubernetes {
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "v1/Namespace", Namespace.class,
          "v1/Service", Service.class,
          "apps/v1/StatefulSet", StatefulSet.class,
          "batch/v1/CronJob", CronJob.class,
          "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class);

  private final ObjectMapper mapper =
      new ObjectMapper().registerModule(new SimpleModule().setDeserializerModifier(new Strict()));

  private static final class Strict extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public BeanDeserializerBuilder updateBuilder(
        DeserializationConfig config, BeanDescription bean, BeanDeserializerBuilder builder) {
      builder.setAnySetter(null);
      return builder;
    }
  }

  /** Every document of a file. */
  List<HasMetadata> read(Path file) throws IOException {
    var resources = new ArrayList<HasMetadata>();
    for (Object document : new Yaml().loadAll(Files.readString(file))) {
      var map = (Map<?, ?>) document;
      String kind = map.get("apiVersion") + "/" + map.get("kind");
      Class<? extends HasMetadata> type = KINDS.get(kind);
      if (type == null) {
        throw new AssertionError(file + ": no schema for " + kind);
      }
      resources.add(mapper.convertValue(map, type));
    }
    return resources;
  }
}
