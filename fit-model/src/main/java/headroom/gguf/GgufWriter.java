package headroom.gguf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Writes a GGUF file, version 3: the header at once, then the bytes of each tensor in order. The
 * file appears under its name only when {@link #finish} has run; closing before that leaves nothing.
 */
public final class GgufWriter implements AutoCloseable {
  /** {@code GGUF_DEFAULT_ALIGNMENT} of gguf.h, in bytes. */
  public static final int DEFAULT_ALIGNMENT = 32;

  /** Bytes written at a time from a segment, which may be larger than a buffer can be. */
  private static final long SLICE = 64L << 20;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final List<TensorPlan> tensors;
  private final int alignment;
  private int current;
  private long written;
  private boolean finished;

  private GgufWriter(
      Path target,
      Path temporary,
      FileChannel channel,
      List<TensorPlan> tensors,
      int alignment) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.tensors = tensors;
    this.alignment = alignment;
  }

  /**
   * Starts a file and writes its header.
   *
   * @param metadata key to value as {@link GgufValue#of} takes them, or {@link GgufMetadata#typed}
   * @param tensors in the order in which their bytes will be appended
   * @throws IllegalArgumentException where a name comes twice or a value cannot be stored
   */
  public static GgufWriter open(Path target, Map<String, ?> metadata, List<TensorPlan> tensors)
      throws IOException {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    metadata.forEach((key, value) -> values.put(key, GgufValue.of(value)));
    Set<String> names = new HashSet<>();
    for (TensorPlan tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException(
            "tensor '%s' comes twice; wanted each once".formatted(tensor.name()));
      }
    }
    int alignment = alignment(values);
    byte[] header = new HeaderBytes(values, tensors, alignment).encode();
    // Not createTempFile: that would leave the finished file readable by its owner alone.
    Path temporary =
        target.resolveSibling(".%s.%s.part".formatted(target.getFileName(), UUID.randomUUID()));
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    GgufWriter writer =
        new GgufWriter(target, temporary, channel, List.copyOf(tensors), alignment);
    try {
      writer.writeFully(ByteBuffer.wrap(header));
    } catch (IOException e) {
      writer.close();
      throw e;
    }
    return writer;
  }

  /** Appends bytes of {@code tensor}, which must be the next unfinished one; may come in pieces. */
  public void append(String tensor, ByteBuffer bytes) throws IOException {
    if (current == tensors.size()) {
      throw new IllegalStateException(
          "found bytes for '%s' after the last tensor; wanted none".formatted(tensor));
    }
    TensorPlan plan = tensors.get(current);
    long wanted = plan.bytes().value();
    if (!plan.name().equals(tensor)) {
      throw new IllegalStateException(
          "found bytes for '%s'; wanted %d more for '%s'"
              .formatted(tensor, wanted - written, plan.name()));
    }
    if (bytes.remaining() > wanted - written) {
      throw new IllegalStateException(
          "found %d bytes for '%s'; wanted %d more"
              .formatted(bytes.remaining(), tensor, wanted - written));
    }
    written += bytes.remaining();
    writeFully(bytes);
    if (written == wanted) {
      long position = channel.position();
      long padding = TensorTable.aligned(position, alignment) - position;
      writeFully(ByteBuffer.allocate((int) padding));
      current++;
      written = 0;
    }
  }

  /** As {@link #append(String, ByteBuffer)}, from memory of any size. */
  public void append(String tensor, MemorySegment bytes) throws IOException {
    for (long at = 0; at < bytes.byteSize(); at += SLICE) {
      long length = Math.min(SLICE, bytes.byteSize() - at);
      append(tensor, bytes.asSlice(at, length).asByteBuffer());
    }
  }

  /**
   * Puts the file in its place, replacing what was there.
   *
   * @throws IllegalStateException where bytes of a tensor are missing
   */
  public void finish() throws IOException {
    if (current < tensors.size()) {
      TensorPlan plan = tensors.get(current);
      throw new IllegalStateException(
          "found the end at tensor '%s'; wanted %d more bytes for it"
              .formatted(plan.name(), plan.bytes().value() - written));
    }
    channel.force(true);
    channel.close();
    Files.move(
        temporary,
        target,
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    finished = true;
  }

  /** Ends the work; a file that was not finished is deleted. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (!finished) {
      Files.deleteIfExists(temporary);
    }
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static int alignment(Map<String, GgufValue> metadata) {
    GgufValue value = metadata.get("general.alignment");
    if (value == null) {
      return DEFAULT_ALIGNMENT;
    }
    if (value.type() != GgufType.UINT32
        || !(value.value() instanceof Long alignment)
        || alignment < 8
        || alignment > 1 << 30
        || Long.bitCount(alignment) != 1) {
      throw new IllegalArgumentException(
          "general.alignment is %s; wanted a u32 power of two from 8".formatted(value.value()));
    }
    return alignment.intValue();
  }
}
