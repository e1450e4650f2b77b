package headroom.model;

import headroom.units.Bytes;
import java.util.Optional;

/**
 * What turns images, and sound where there is some, into embeddings: {@code mmproj} files of
 * llama.cpp, the vision tower of a checkpoint.
 *
 * @param name of the file, or what the catalogue says of it
 * @param file bytes as llama.cpp stores it
 * @param checkpoint bytes at 16 bits throughout, as other engines load it; empty where only a size
 *     is known
 * @param encoder its widest layer; empty where only a size is known
 * @param source where the sizes come from
 */
public record Projector(
    String name, Bytes file, Optional<Bytes> checkpoint, Optional<Encoder> encoder, String source) {
  private static final int F32_BYTES = 4;

  public Projector {
    if (file.value() <= 0) {
      throw new IllegalArgumentException("mmproj is " + file + "; wanted more than 0");
    }
  }

  /**
   * The layers that see the image, as far as their scratch memory cares.
   *
   * @param width of the residual stream
   * @param feedForward width of a feed-forward network
   * @param fusedQkv true where query, key and value are one matrix
   * @param patches of the image that llama.cpp reserves memory for
   */
  public record Encoder(int width, int feedForward, boolean fusedQkv, long patches) {
    public Encoder {
      if (width < 1 || feedForward < 1 || patches < 1) {
        throw new IllegalArgumentException(
            "the encoder is %d wide, its network %d, for %d patches; wanted 1 or more of each"
                .formatted(width, feedForward, patches));
      }
    }

    /**
     * The widest moment with flash attention: stream, query, key and value, rotated query and key
     * where those three came from one matrix, the F16 copy of the key; or stream, norm and the
     * feed-forward network.
     */
    public Bytes scratch() {
      double attention = fusedQkv ? 6.5 * width : 5.0 * width;
      double network = 2.0 * width + feedForward;
      return Bytes.of((long) (F32_BYTES * patches * Math.max(attention, network)));
    }

    /** {@link #scratch} with the numbers put in. */
    public String formula() {
      double attention = fusedQkv ? 6.5 * width : 5.0 * width;
      return attention >= 2.0 * width + feedForward
          ? "4 B × %d patches × %s × %d wide".formatted(patches, fusedQkv ? "6.5" : "5", width)
          : "4 B × %d patches × (2 × %d wide + %d)".formatted(patches, width, feedForward);
    }
  }

  /** A projector of which only the size is known. */
  public static Projector ofSize(Bytes size) {
    return new Projector(
        "vision projector", size, Optional.empty(), Optional.empty(), "the size given");
  }

  /** One of several equal parts of it, as tensor parallelism cuts it. */
  public Projector part(int cards) {
    return new Projector(
        name,
        Bytes.of(Math.ceilDiv(file.value(), cards)),
        checkpoint.map(bytes -> Bytes.of(Math.ceilDiv(bytes.value(), cards))),
        encoder,
        source);
  }
}
