package com.voltageems.hissrv.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ConfigLoader;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What is deployed, as far as it can be tried without a container engine. */
class DeploymentTest {
  private static final Path KUBERNETES = Path.of("deploy/kubernetes");
  private static final Path REPLICAS = Path.of("deploy/kubernetes-replicas");
  private static final Map<String, String> TOKEN = Map.of("INFLUXDB_TOKEN", "secret-of-the-test");

  private final StrictKubernetes kubernetes = new StrictKubernetes();

  @ParameterizedTest
  @ValueSource(strings = {"deploy/compose.yml", "deploy/kubernetes/default.yml"})
  void theConfigurationsThatAreDeployedAreGoodOnes(String file) {
    Config config = ConfigLoader.load(Path.of(file), TOKEN, Functions.builtIn());

    assertThat(config.mappings()).hasSize(2);
    assertThat(config.warnings()).isEmpty();
    assertThat(config.api().port()).isEqualTo(8082);
  }

  @Test
  void composeAcceptsTheServicesAndWantsAToken() throws Exception {
    Command refused = Command.run("docker-compose", "-f", "docker-compose.yml", "config");
    assertThat(refused.code()).isNotZero();
    assertThat(refused.output()).contains("set INFLUXDB_TOKEN first");

    JsonNode services =
        services(Command.run(TOKEN, "docker-compose", "-f", "docker-compose.yml", "config"));
    assertThat(services.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("redis", "influxdb", "hissrv");
    assertThat(services.path("hissrv").toString()).contains("secret-of-the-test");
  }

  @Test
  void composeWithCronHasOneThatSamplesInsteadOfHisSrv() throws Exception {
    JsonNode services =
        services(
            Command.run(
                TOKEN,
                "docker-compose",
                "-f",
                "docker-compose.yml",
                "-f",
                "deploy/docker-compose.cron.yml",
                "config"));

    assertThat(services.path("hissrv-cron").toString()).contains("crond -f", "/etc/crontabs/root");
    assertThat(services.path("hissrv").toString())
        .contains("\"HISSRV_AGGREGATION_ENABLED\":\"false\"");
  }

  @Test
  void whatComposeMountsIsThere() throws IOException {
    for (Path file :
        List.of(Path.of("docker-compose.yml"), Path.of("deploy/docker-compose.cron.yml"))) {
      Files.readString(file)
          .lines()
          .map(String::strip)
          .filter(line -> line.startsWith("- ./") || line.startsWith("source: ./"))
          .map(line -> line.replaceFirst("^(- |source: )\\./", "").replaceFirst(":.*", ""))
          .forEach(source -> assertThat(Path.of(source)).exists());
    }
  }

  @Test
  void everyJobOfTheCrontabRunsAScriptOfTheImage() throws IOException {
    assertThat(Files.readAllLines(Path.of("deploy/crontab")))
        .containsExactly(
            "* * * * * /scripts/hissrv_cron.sh 1m", "*/5 * * * * /scripts/hissrv_cron.sh 5m");
    assertThat(Path.of("scripts/hissrv_cron.sh")).isExecutable();
    assertThat(Path.of("deploy/crond")).isExecutable();
  }

  @Test
  void theImageIsMadeOfWhatIsHereAndRunsAsNobodySpecial() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("Dockerfile"));
    var copied =
        lines.stream()
            .filter(line -> line.startsWith("COPY ") && !line.contains("--from"))
            .map(line -> line.split(" ", -1)[1])
            .toList();

    assertThat(copied).hasSize(3).allSatisfy(source -> assertThat(Path.of(source)).exists());
    assertThat(lines)
        .contains(
            "USER hissrv",
            "CMD [\"hissrv\"]",
            "RUN scripts/package.sh --with-java folder /opt/hissrv")
        .anyMatch(line -> line.contains("http://127.0.0.1:8082/health"))
        .anyMatch(line -> line.contains("scripts/aot-cache.sh"));
  }

  @Test
  void kubernetesKnowsEveryKeyOfTheManifests() throws IOException {
    List<HasMetadata> resources = manifests("");

    assertThat(resources)
        .extracting(HasMetadata::getKind)
        .containsExactlyInAnyOrder("Namespace", "StatefulSet", "Service", "PodDisruptionBudget");
    var set = only(resources, StatefulSet.class).getSpec();
    Container container = set.getTemplate().getSpec().getContainers().getFirst();
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/health");
    assertThat(container.getLivenessProbe().getTimeoutSeconds()).isGreaterThan(5);
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(set.getTemplate().getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(set.getVolumeClaimTemplates()).hasSize(1);
    Map<String, String> labels = set.getTemplate().getMetadata().getLabels();
    assertThat(set.getSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(only(resources, Service.class).getSpec().getSelector()).isEqualTo(labels);
    assertThat(only(resources, PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels())
        .isEqualTo(labels);
  }

  /** The overlay's patches laid over what the base has of the same names, as kustomize does. */
  @Test
  void severalReplicasShareTheSourcesByLeasesEachByItsPodsName() throws IOException {
    JsonNode overlay = yaml(Files.readString(REPLICAS.resolve("kustomization.yaml")));
    assertThat(overlay.path("resources")).hasSize(1);
    assertThat(REPLICAS.resolve(overlay.path("resources").get(0).asText()).normalize())
        .isEqualTo(KUBERNETES);
    var patches = new ArrayList<HasMetadata>();
    for (JsonNode patch : overlay.path("patches")) {
      patches.addAll(kubernetes.read(REPLICAS.resolve(patch.path("path").asText())));
    }
    List<HasMetadata> base = manifests("");
    assertThat(patches)
        .extracting(patch -> patch.getKind() + " " + patch.getMetadata().getName())
        .containsExactlyInAnyOrder("StatefulSet hissrv", "PodDisruptionBudget hissrv")
        .isSubsetOf(
            base.stream().map(one -> one.getKind() + " " + one.getMetadata().getName()).toList());

    var set = only(patches, StatefulSet.class).getSpec();
    assertThat(set.getReplicas()).isGreaterThan(1);
    assertThat(only(base, StatefulSet.class).getSpec().getVolumeClaimTemplates())
        .as("a data directory for each")
        .isNotEmpty();
    assertThat(only(patches, PodDisruptionBudget.class).getSpec().getMaxUnavailable().getIntVal())
        .isLessThan(set.getReplicas());
    Container container = set.getTemplate().getSpec().getContainers().getFirst();
    assertThat(container.getName())
        .isEqualTo(
            only(base, StatefulSet.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getName());
    var environment = new HashMap<>(TOKEN);
    for (EnvVar variable : container.getEnv()) {
      boolean isName = variable.getValueFrom() != null;
      if (isName) {
        assertThat(variable.getValueFrom().getFieldRef().getFieldPath()).isEqualTo("metadata.name");
      }
      environment.put(variable.getName(), isName ? "hissrv-0" : variable.getValue());
    }
    Config config =
        ConfigLoader.load(KUBERNETES.resolve("default.yml"), environment, Functions.builtIn());
    assertThat(config.lease().enabled()).isTrue();
    assertThat(config.lease().instance()).isEqualTo("hissrv-0");
  }

  @Test
  void theCronJobsAreTheProductPagesForBothLevels() throws IOException {
    List<HasMetadata> jobs = manifests("cron");

    assertThat(jobs)
        .extracting(job -> ((CronJob) job).getSpec().getSchedule())
        .containsExactly("* * * * *", "*/5 * * * *");
    assertThat(jobs)
        .extracting(job -> container((CronJob) job).getCommand())
        .allMatch(
            command -> command.contains("EVALSHA") && command.contains("$(AGGREGATE_SCRIPT_SHA)"))
        .extracting(List::getLast)
        .containsExactly("aggregate_1m", "aggregate_5m");
  }

  @Test
  void aKeyThatKubernetesDoesNotKnowIsFound(@TempDir Path folder) throws IOException {
    Path broken = folder.resolve("broken.yaml");
    Files.writeString(
        broken,
        Files.readString(KUBERNETES.resolve("service.yaml")).replace("targetPort", "tragetPort"));

    assertThatThrownBy(() -> kubernetes.read(broken)).hasMessageContaining("tragetPort");
  }

  private static Container container(CronJob job) {
    return job.getSpec()
        .getJobTemplate()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst();
  }

  /** What the kustomization of a folder names. */
  private List<HasMetadata> manifests(String folder) throws IOException {
    Path at = KUBERNETES.resolve(folder);
    Stream.Builder<HasMetadata> all = Stream.builder();
    for (JsonNode file :
        yaml(Files.readString(at.resolve("kustomization.yaml"))).path("resources")) {
      kubernetes.read(at.resolve(file.asText())).forEach(all);
    }
    return all.build().toList();
  }

  private static <T> T only(List<HasMetadata> resources, Class<T> type) {
    return resources.stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
  }

  private static JsonNode services(Command config) {
    return yaml(config.succeed()).path("services");
  }

  private static JsonNode yaml(String text) {
    Object document = new Yaml().load(text);
    return new ObjectMapper().valueToTree(document);
  }
}
