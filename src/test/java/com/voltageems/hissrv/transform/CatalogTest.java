package com.voltageems.hissrv.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogTest {
  @Test
  void differentTagsAreNeverTheSameText() {
    List<Map<String, String>> all =
        List.of(
            Map.of("a", "x,b=y"),
            Map.of("a", "x", "b", "y"),
            Map.of("a", "x\\,b=y"),
            Map.of("a", "x\\", "b", "y"),
            Map.of("a", "x\\\\,b=y"),
            Map.of("a", "b=c"),
            Map.of("a=b", "c"),
            Map.of("a\\", "b=c"));

    assertThat(all.stream().map(Catalog::tagsText)).doesNotHaveDuplicates();
    assertThat(Catalog.tagsText(Map.of("channel", "1", "site", "a", "interval", "1m")))
        .isEqualTo("channel=1,site=a");
  }
}
