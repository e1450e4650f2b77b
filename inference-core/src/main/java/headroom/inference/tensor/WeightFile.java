package headroom.inference.tensor;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufReader;
import headroom.gguf.TensorInfo;
import headroom.inference.ModelFormatException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A GGUF file mapped into memory; tensors are views that live until it is closed. */
public final class WeightFile implements AutoCloseable {
  private static final int SAMPLED_PAGES = 64;
  private static final int PAGE = 4096;

  private final GgufHeader header;
  private final Map<String, TensorInfo> infos;
  private final Arena arena;
  private final MemorySegment mapping;

  private WeightFile(GgufHeader header, Arena arena, MemorySegment mapping) {
    this.header = header;
    this.arena = arena;
    this.mapping = mapping;
    this.infos =
        header.tensors().stream().collect(Collectors.toMap(TensorInfo::name, Function.identity()));
  }

  /**
   * Reads the header and maps the whole file.
   *
   * @throws headroom.gguf.GgufFormatException where the header cannot be read
   * @throws IOException where the file cannot be opened or mapped
   */
  public static WeightFile open(Path file) throws IOException {
    GgufHeader header = GgufReader.read(file);
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment mapping = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      return new WeightFile(header, arena, mapping);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  public GgufHeader header() {
    return header;
  }

  public boolean has(String name) {
    return infos.containsKey(name);
  }

  /**
   * The tensor of this name and shape, which must be there.
   *
   * @param shape elements per dimension, the row length first
   * @throws ModelFormatException naming the tensor, what was found and what was wanted
   */
  public Tensor tensor(String name, long... shape) {
    return find(name, shape)
        .orElseThrow(
            () ->
                new ModelFormatException(
                    header.source(),
                    ("tensor '%s' is missing; wanted one of shape %s; the file is incomplete or of"
                            + " another architecture than it says")
                        .formatted(name, boxed(shape))));
  }

  /**
   * The tensor of this name, empty where there is none.
   *
   * @throws ModelFormatException where it is there with another shape, or its data is cut off
   */
  public Optional<Tensor> find(String name, long... shape) {
    TensorInfo info = infos.get(name);
    if (info == null) {
      return Optional.empty();
    }
    if (!info.shape().equals(boxed(shape))) {
      throw new ModelFormatException(
          header.source(),
          "tensor '%s': found shape %s; wanted %s".formatted(name, info.shape(), boxed(shape)));
    }
    return Optional.of(new Tensor(name, info.format(), info.shape(), data(info)));
  }

  private MemorySegment data(TensorInfo info) {
    long start = Math.addExact(header.dataOffset(), info.offset());
    long bytes = info.bytes().value();
    if (start + bytes > mapping.byteSize()) {
      throw new ModelFormatException(
          header.source(),
          "tensor '%s' ends at byte %d; found a file of %d bytes: it is cut off, fetch it again"
              .formatted(info.name(), start + bytes, mapping.byteSize()));
    }
    return mapping.asSlice(start, bytes);
  }

  /**
   * Tells this file from others: a SHA-256 over its header, its length and 64 pages spread over its
   * tensors.
   */
  public byte[] fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      long data = Math.min(header.dataOffset(), mapping.byteSize());
      for (long at = 0; at < data; at += 1 << 20) {
        digest.update(mapping.asSlice(at, Math.min(1 << 20, data - at)).asByteBuffer());
      }
      long size = mapping.byteSize();
      digest.update(Long.toString(size).getBytes(StandardCharsets.US_ASCII));
      for (int page = 0; page < SAMPLED_PAGES; page++) {
        long at = data + (size - data) / SAMPLED_PAGES * page;
        digest.update(mapping.asSlice(at, Math.min(PAGE, size - at)).asByteBuffer());
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static List<Long> boxed(long[] shape) {
    return java.util.Arrays.stream(shape).boxed().toList();
  }

  /** Unmaps the file; every tensor of it becomes unreadable. */
  @Override
  public void close() {
    arena.close();
  }
}
