package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.StringValue;
import com.voltageems.hissrv.model.Point;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can never be stored: text that has no UTF-8 form would come back as other text. */
final class Storable {
  private Storable() {}

  /** Why a point can't be stored; empty when it can. */
  static Optional<String> problemOf(Point point) {
    String text = firstHalved(point);
    return text == null
        ? Optional.empty()
        : Optional.of(
            "half a surrogate pair in '"
                + text.replaceAll("\\p{Cs}", "\uFFFD")
                + "' can't be stored");
  }

  private static @Nullable String firstHalved(Point point) {
    if (isHalved(point.series().measurement())) {
      return point.series().measurement();
    }
    for (Map.Entry<String, String> tag : point.series().tags().entrySet()) {
      if (isHalved(tag.getKey()) || isHalved(tag.getValue())) {
        return isHalved(tag.getKey()) ? tag.getKey() : tag.getValue();
      }
    }
    for (Map.Entry<String, FieldValue> field : point.fields().entrySet()) {
      if (isHalved(field.getKey())) {
        return field.getKey();
      }
      if (field.getValue() instanceof StringValue(String text) && isHalved(text)) {
        return text;
      }
    }
    return null;
  }

  private static boolean isHalved(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }
}
