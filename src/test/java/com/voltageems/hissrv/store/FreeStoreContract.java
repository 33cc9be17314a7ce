package com.voltageems.hissrv.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a store of our own does besides: no name and no change of type is too odd for it. */
public abstract class FreeStoreContract extends HistoryStoreContract {
  @Test
  void namesMayHoldAnyCharacter() {
    assertNamesComeBack("电压 a,b=c\\,\"d'\n\u0000%_\uD83D\uDD0B", "\\", "d\\");
  }

  @Test
  void aFieldMayChangeItsTypeFromRowToRow() {
    List<FieldValue> values =
        List.of(
            FieldValue.of(1.0),
            FieldValue.of(1L),
            FieldValue.of(true),
            FieldValue.of("1"),
            FieldValue.of(2.0));
    for (int i = 0; i < values.size(); i++) {
      write(point("1", NOON.plusSeconds(60L * i), Map.of("v", values.get(i))));
    }

    assertThat(rows("telemetry", MINUTES))
        .extracting(row -> row.fields().get("v"))
        .containsExactlyElementsOf(values);
  }
}
