package headroom.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The bytes of a version 3 header, padded to where tensor data starts. */
final class HeaderBytes {
  private static final int VERSION = 3;

  private final Map<String, GgufValue> metadata;
  private final List<TensorPlan> tensors;
  private final int alignment;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteBuffer scratch = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

  HeaderBytes(Map<String, GgufValue> metadata, List<TensorPlan> tensors, int alignment) {
    this.metadata = metadata;
    this.tensors = tensors;
    this.alignment = alignment;
  }

  byte[] encode() {
    out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    u32(VERSION);
    u64(tensors.size());
    u64(metadata.size());
    metadata.forEach(this::pair);
    long offset = 0;
    for (TensorPlan tensor : tensors) {
      string(tensor.name(), TensorTable.LONGEST_NAME - 1);
      u32(tensor.shape().size());
      tensor.shape().forEach(this::u64);
      u32(tensor.format().ggmlId());
      u64(offset);
      offset = TensorTable.aligned(Math.addExact(offset, tensor.bytes().value()), alignment);
    }
    if (!tensors.isEmpty()) {
      out.writeBytes(new byte[(int) (TensorTable.aligned(out.size(), alignment) - out.size())]);
    }
    return out.toByteArray();
  }

  private void pair(String key, GgufValue value) {
    string(key, 65_535);
    u32(value.type().id());
    if (value.type() != GgufType.ARRAY) {
      scalar(value.type(), value.value());
      return;
    }
    GgufType element = value.elementType().orElseThrow();
    if (element == GgufType.ARRAY) {
      throw new IllegalArgumentException(
          "key '%s' holds an array of arrays; wanted a flat one, as ggml reads".formatted(key));
    }
    List<?> list = (List<?>) value.value();
    u32(element.id());
    u64(list.size());
    list.forEach(v -> scalar(element, v));
  }

  private void scalar(GgufType type, Object value) {
    switch (type) {
      case UINT8, INT8 -> out.write((int) (long) (Long) value);
      case UINT16, INT16 -> number(2, (Long) value);
      case UINT32, INT32 -> number(4, (Long) value);
      case UINT64, INT64 -> number(8, (Long) value);
      case FLOAT32 -> number(4, Float.floatToRawIntBits((float) (double) (Double) value));
      case FLOAT64 -> number(8, Double.doubleToRawLongBits((Double) value));
      case BOOL -> out.write((Boolean) value ? 1 : 0);
      case STRING -> string((String) value, Integer.MAX_VALUE);
      case ARRAY -> throw new IllegalStateException("an array is no scalar");
    }
  }

  private void string(String text, int longest) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > longest) {
      throw new IllegalArgumentException(
          "'%s' has %d bytes; wanted at most %d".formatted(text, bytes.length, longest));
    }
    u64(bytes.length);
    out.writeBytes(bytes);
  }

  private void u32(long value) {
    number(4, value);
  }

  private void u64(long value) {
    number(8, value);
  }

  private void number(int bytes, long value) {
    out.write(scratch.putLong(0, value).array(), 0, bytes);
  }
}
