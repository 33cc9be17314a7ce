package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.Fields;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.StoreException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Gives rows their tags, and their fields names. */
final class RowNames {
  private final Selection selection;
  private final Dictionary dictionary;
  private int[] ids = {};
  private String[] names = {};

  /** Where in a row the field of each name is. */
  private int[] places = {};

  /** Whether the order of ids is that of names, as it mostly is. */
  private boolean isByName;

  RowNames(Selection selection, Dictionary dictionary) {
    this.selection = selection;
    this.dictionary = dictionary;
  }

  Row of(PlacedRow row) {
    if (!Arrays.equals(ids, row.fields())) {
      learn(row.fields());
    }
    return new Row(
        Nanos.toInstant(row.time()),
        selection.at(row.place()).key().tags(),
        new Fields(names, isByName ? row.values() : byName(row.values())));
  }

  private FieldValue[] byName(FieldValue[] byId) {
    var values = new FieldValue[names.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = byId[places[i]];
    }
    return values;
  }

  private void learn(int[] fields) {
    String[] byPlace = Arrays.stream(fields).mapToObj(this::name).toArray(String[]::new);
    places =
        IntStream.range(0, fields.length)
            .boxed()
            .sorted(Comparator.comparing(i -> byPlace[i]))
            .mapToInt(i -> i)
            .toArray();
    isByName = IntStream.range(0, places.length).allMatch(i -> places[i] == i);
    names = Arrays.stream(places).mapToObj(i -> byPlace[i]).toArray(String[]::new);
    ids = fields;
  }

  private String name(int id) {
    String name = dictionary.fieldName(id);
    if (name == null) {
      throw StoreException.fatal("field " + id + " is not in the index", null);
    }
    return name;
  }
}
