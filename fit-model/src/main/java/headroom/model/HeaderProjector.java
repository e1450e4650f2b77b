package headroom.model;

import headroom.gguf.GgufFormatException;
import headroom.gguf.GgufHeader;
import headroom.gguf.GgufMetadata;
import headroom.gguf.TensorInfo;
import headroom.units.Bytes;
import java.util.Optional;
import java.util.OptionalLong;

/** Turns the header of an {@code mmproj} file into the facts of its projector. */
public final class HeaderProjector {
  private HeaderProjector() {}

  /**
   * The projector of a file.
   *
   * @throws GgufFormatException where the file holds something else
   */
  public static Projector of(GgufHeader header) {
    GgufMetadata metadata = header.metadata();
    String architecture = metadata.getString("general.architecture");
    if (!architecture.equals("clip")) {
      throw new GgufFormatException(
          header.source(),
          0,
          "found a model of architecture '%s'; wanted a vision projector ('clip'), as mmproj files hold"
              .formatted(architecture));
    }
    long bytes = 0;
    long elements = 0;
    boolean fused = false;
    for (TensorInfo tensor : header.tensors()) {
      bytes += tensor.format().bytesFor(tensor.rowLength()).value() * tensor.rows();
      elements += tensor.rowLength() * tensor.rows();
      fused |= tensor.name().endsWith(".attn_qkv.weight");
    }
    return new Projector(
        header.source(),
        Bytes.of(bytes),
        Optional.of(Bytes.of(2 * elements)),
        encoder(metadata, fused),
        "the file's own header");
  }

  private static Optional<Projector.Encoder> encoder(GgufMetadata metadata, boolean fused) {
    Optional<String> kind =
        metadata
            .findString("clip.projector_type")
            .or(() -> metadata.findString("clip.vision.projector_type"));
    OptionalLong width = metadata.findLong("clip.vision.embedding_length");
    OptionalLong network = metadata.findLong("clip.vision.feed_forward_length");
    if (kind.isEmpty() || width.isEmpty() || network.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong merge = metadata.findLong("clip.vision.spatial_merge_size");
    OptionalLong scale = metadata.findLong("clip.vision.projector.scale_factor");
    OptionalLong patches =
        ImageSizes.patches(
            kind.get(),
            bounded(metadata.findLong("clip.vision.image_size").orElse(0)),
            bounded(metadata.findLong("clip.vision.patch_size").orElse(0)),
            bounded(merge.orElse(scale.orElse(usualMerge(kind.get())))));
    return patches.isEmpty() || width.getAsLong() < 1 || network.getAsLong() < 1
        ? Optional.empty()
        : Optional.of(
            new Projector.Encoder(
                bounded(width.getAsLong()),
                bounded(network.getAsLong()),
                fused,
                patches.getAsLong()));
  }

  /** {@code n_merge} where the file does not say (clip.cpp). */
  private static long usualMerge(String kind) {
    return kind.startsWith("qwen") ? 2 : kind.equals("gemma4v") ? 3 : 1;
  }

  private static int bounded(long value) {
    return (int) Math.clamp(value, 0, 1 << 20);
  }
}
