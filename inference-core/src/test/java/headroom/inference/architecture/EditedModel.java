package headroom.inference.architecture;

import headroom.gguf.GgufHeader;
import headroom.gguf.GgufReader;
import headroom.gguf.GgufValue;
import headroom.gguf.GgufWriter;
import headroom.gguf.TensorInfo;
import headroom.gguf.TensorPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small model file with one thing in it changed. */
public final class EditedModel {
  private final GgufHeader header;
  private final byte[] bytes;

  public EditedModel(Path file) {
    try {
      header = GgufReader.read(file);
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  GgufHeader header() {
    return header;
  }

  List<String> tensors() {
    return header.tensors().stream().map(TensorInfo::name).toList();
  }

  /** Keys of the architecture itself. */
  List<String> keys() {
    String prefix = header.metadata().getString("general.architecture") + ".";
    return header.metadata().keys().stream().filter(key -> key.startsWith(prefix)).toList();
  }

  Path withoutTensor(String name, Path target) {
    return write(
        header.metadata().typed(),
        header.tensors().stream().filter(tensor -> !tensor.name().equals(name)).toList(),
        "",
        target);
  }

  /** The file with the last dimension of a tensor halved. */
  Path withHalf(String name, Path target) {
    return write(header.metadata().typed(), header.tensors(), name, target);
  }

  Path withoutKey(String key, Path target) {
    Map<String, GgufValue> keys = new LinkedHashMap<>(header.metadata().typed());
    keys.remove(key);
    return write(keys, header.tensors(), "", target);
  }

  public Path withKey(String key, Object value, Path target) {
    Map<String, GgufValue> keys = new LinkedHashMap<>(header.metadata().typed());
    keys.put(key, GgufValue.of(value));
    return write(keys, header.tensors(), "", target);
  }

  private Path write(
      Map<String, GgufValue> keys, List<TensorInfo> tensors, String halved, Path target) {
    List<TensorPlan> plans = new ArrayList<>();
    for (TensorInfo tensor : tensors) {
      List<Long> shape = new ArrayList<>(tensor.shape());
      if (tensor.name().equals(halved)) {
        shape.set(shape.size() - 1, Math.max(1, shape.getLast() / 2));
      }
      plans.add(new TensorPlan(tensor.name(), shape, tensor.format()));
    }
    try (GgufWriter writer = GgufWriter.open(target, keys, plans)) {
      for (int i = 0; i < plans.size(); i++) {
        int start = Math.toIntExact(header.dataOffset() + tensors.get(i).offset());
        int size = Math.toIntExact(plans.get(i).bytes().value());
        writer.append(plans.get(i).name(), ByteBuffer.wrap(bytes, start, size));
      }
      writer.finish();
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
