package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.BrokenVariants.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigSchemaTest {
  private static final Path COMMITTED = Path.of("config/hissrv.schema.json");
  private static final String TEXT = ConfigSchema.json(Functions.builtIn());
  private static final JsonSchemaFactory DRAFT = JsonSchemaFactory.getInstance(VersionFlag.V202012);
  private static final JsonSchema SCHEMA = DRAFT.getSchema(TEXT);

  @Test
  void theReferenceShowsEveryKeyThatAReaderKnows() {
    assertThat(ConfigSchema.shape(Functions.builtIn()).unasked(""))
        .as("keys that are missing in src/main/resources/reference.yml")
        .isEmpty();
  }

  @Test
  void theFileForEditorsIsTheGeneratedOne() throws IOException {
    assertThat(Files.readString(COMMITTED))
        .as("to be made anew: ./hissrv schema > " + COMMITTED)
        .isEqualTo(TEXT);
    assertThat(Files.readString(Path.of("config/default.yml")))
        .startsWith("# yaml-language-server: $schema=" + COMMITTED.getFileName() + "\n");
  }

  @Test
  void itIsASchemaOfTheDraftItNames() throws JsonProcessingException {
    var ofSchemas =
        DRAFT.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    assertThat(ofSchemas.validate(new JsonMapper().readTree(TEXT))).isEmpty();
  }

  @Test
  void everyPlaceSaysWhatItIsFor() throws JsonProcessingException {
    JsonNode schema = new JsonMapper().readTree(TEXT);
    for (JsonNode properties : schema.findValues("properties")) {
      properties
          .properties()
          .forEach(key ->
              assertThat(key.getValue().path("description").asText())
                  .as("what is behind " + key.getKey() + " in reference.yml")
                  .isNotBlank());
    }
  }

  @Test
  void whatLoadsIsAccepted() throws IOException {
    for (String file :
        List.of(
            "config/default.yml",
            "src/main/resources/demo.yml",
            "src/main/resources/reference.yml")) {
      assertThat(wrong(Files.readString(Path.of(file)))).as(file).isEmpty();
    }
    assertThat(wrong(Files.readString(Path.of("src/test/resources/product-page.yml")))).isEmpty();
    assertThat(
            wrong(
                """
                service: {name: 7, batch_size: "50", polling_interval: "${HOW_OFTEN:-1s}"}
                aggregation: {enabled: "${ON}", release: "${WHEN}"}
                api:
                mappings:
                """))
        .isEmpty();
  }

  static Stream<Variant> brokenOnes() {
    return BrokenVariants.all().filter(Variant::ofShape);
  }

  @ParameterizedTest
  @MethodSource("brokenOnes")
  void whatHasAnotherShapeIsRefused(Variant variant) {
    assertThat(wrong(new String(variant.yaml(), StandardCharsets.UTF_8))).isNotEmpty();
  }

  private static Set<String> wrong(String yaml) {
    return SCHEMA.validate(YamlAsJson.parse(yaml)).stream()
        .map(ValidationMessage::getMessage)
        .collect(Collectors.toSet());
  }
}
