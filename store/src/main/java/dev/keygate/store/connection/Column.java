package dev.keygate.store.connection;

import io.r2dbc.spi.Row;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads a row's columns by position from 0, for the packages of this module only. */
public final class Column {

  private Column() {}

  public static String text(Row row, int index) {
    return required(row, index, String.class);
  }

  public static long number(Row row, int index) {
    return required(row, index, Long.class);
  }

  public static UUID uuid(Row row, int index) {
    return required(row, index, UUID.class);
  }

  public static Instant instant(Row row, int index) {
    return required(row, index, Instant.class);
  }

  public static List<String> texts(Row row, int index) {
    return List.of(required(row, index, String[].class));
  }

  public static @Nullable List<String> optionalTexts(Row row, int index) {
    String[] value = row.get(index, String[].class);
    return value == null ? null : List.of(value);
  }

  public static <T> T required(Row row, int index, Class<T> type) {
    return Objects.requireNonNull(row.get(index, type), () -> "column " + index + " is null");
  }
}
