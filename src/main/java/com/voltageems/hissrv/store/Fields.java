package com.voltageems.hissrv.store;

import com.voltageems.hissrv.model.FieldValue;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A row's fields by name, in two arrays: rows come by the million. Can't be changed. */
@SuppressWarnings("JdkObsolete") // nobody needs to navigate in it
public final class Fields extends AbstractMap<String, FieldValue>
    implements SortedMap<String, FieldValue> {
  private final String[] names;
  private final FieldValue[] values;

  /**
   * Keeps both arrays; rows of a kind share their names.
   *
   * @param names sorted, each once
   * @param values as many
   */
  public Fields(String[] names, FieldValue[] values) {
    this.names = names;
    this.values = values;
  }

  @Override
  public @Nullable FieldValue get(@Nullable Object name) {
    int at = name instanceof String text ? Arrays.binarySearch(names, text) : -1;
    return at < 0 ? null : values[at];
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return name instanceof String text && Arrays.binarySearch(names, text) >= 0;
  }

  @Override
  public int size() {
    return names.length;
  }

  @Override
  public Set<Entry<String, FieldValue>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, FieldValue>> iterator() {
        return new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < names.length;
          }

          @Override
          public Entry<String, FieldValue> next() {
            if (next == names.length) {
              throw new NoSuchElementException();
            }
            int at = next++;
            return Map.entry(names[at], values[at]);
          }
        };
      }

      @Override
      public int size() {
        return names.length;
      }
    };
  }

  /** By the names' own order. */
  @Override
  public @Nullable Comparator<? super String> comparator() {
    return null;
  }

  @Override
  public SortedMap<String, FieldValue> subMap(String from, String to) {
    return new TreeMap<>(this).subMap(from, to);
  }

  @Override
  public SortedMap<String, FieldValue> headMap(String to) {
    return new TreeMap<>(this).headMap(to);
  }

  @Override
  public SortedMap<String, FieldValue> tailMap(String from) {
    return new TreeMap<>(this).tailMap(from);
  }

  @Override
  public String firstKey() {
    return name(0);
  }

  @Override
  public String lastKey() {
    return name(names.length - 1);
  }

  private String name(int at) {
    if (names.length == 0) {
      throw new NoSuchElementException();
    }
    return names[at];
  }
}
