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
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A GGUF file mapped into memory; tensors are views that live until it is closed. */
public final class WeightFile implements AutoCloseable {
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

  private static List<Long> boxed(long[] shape) {
    return java.util.Arrays.stream(shape).boxed().toList();
  }

  /** Unmaps the file; every tensor of it becomes unreadable. */
  @Override
  public void close() {
    arena.close();
  }
}
