package headroom.catalogue;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Checks that values of a file lie where such a thing can lie; the caller's key is named. */
final class Range {
  private Range() {}

  static void atLeast(String key, long least, long value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s is %d; wanted at least %d".formatted(key, value, least));
    }
  }

  static void positive(String key, OptionalInt value) {
    value.ifPresent(v -> atLeast(key, 1, v));
  }

  static void positive(String key, OptionalLong value) {
    value.ifPresent(v -> atLeast(key, 1, v));
  }

  static void positive(String key, OptionalDouble value) {
    value.ifPresent(
        v -> {
          if (!(v > 0) || Double.isInfinite(v)) {
            throw new IllegalArgumentException(
                "%s is %s; wanted a finite number above 0".formatted(key, v));
          }
        });
  }

  static void between(String key, double low, double high, double value) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          "%s is %s; wanted %s to %s".formatted(key, value, low, high));
    }
  }

  static void text(String key, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(key + " is missing; wanted a text");
    }
  }

  static void present(String key, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing; wanted a table or value");
    }
  }

  static void indices(String key, int layers, List<Integer> indices) {
    for (int index : indices) {
      if (index < 0 || index >= layers) {
        throw new IllegalArgumentException(
            "%s names layer %d; wanted 0 to %d".formatted(key, index, layers - 1));
      }
    }
  }

  static void sources(List<String> sources) {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("sources is empty; wanted at least one");
    }
  }
}
