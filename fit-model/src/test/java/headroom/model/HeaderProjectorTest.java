package headroom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.gguf.GgufFormatException;
import headroom.gguf.GgufHeader;
import headroom.gguf.GgufMetadata;
import headroom.gguf.TensorInfo;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderProjectorTest {
  @Test
  void sizeIsTheSumOfTensorsAndScratchFollowsFromTheImage() {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("general.architecture", "clip");
    keys.put("clip.projector_type", "gemma3");
    keys.put("clip.vision.embedding_length", 1152);
    keys.put("clip.vision.feed_forward_length", 4304);
    keys.put("clip.vision.image_size", 896);
    keys.put("clip.vision.patch_size", 14);
    Projector projector =
        HeaderProjector.of(
            header(
                keys,
                new TensorInfo("v.blk.0.attn_q.weight", List.of(64L, 32L), QuantFormat.F16, 0),
                new TensorInfo("v.blk.0.ln1.weight", List.of(64L), QuantFormat.F32, 4096)));
    assertThat(projector.file()).isEqualTo(Bytes.of(64 * 32 * 2 + 64 * 4));
    assertThat(projector.checkpoint()).contains(Bytes.of(2 * (64 * 32 + 64)));
    Projector.Encoder encoder = projector.encoder().orElseThrow();
    assertThat(encoder.patches()).isEqualTo(64 * 64);
    // The feed-forward network is wider than attention without a fused matrix.
    assertThat(encoder.scratch()).isEqualTo(Bytes.of(4L * 4096 * (2 * 1152 + 4304)));
  }

  /** 46 x 46 tokens of 2 x 2 patches each; query, key and value in one matrix are widest. */
  @Test
  void imageOfQwenVisionModelsIsCountedInTokens() {
    assertThat(ImageSizes.patches("qwen3vl_merger", 768, 16, 2)).hasValue(92 * 92);
    assertThat(new Projector.Encoder(1152, 4304, true, 92 * 92).formula())
        .isEqualTo("4 B × 8464 patches × 6.5 × 1152 wide");
  }

  @Test
  void anUnknownKindHasASizeAndNoScratch() {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("general.architecture", "clip");
    keys.put("clip.projector_type", "nobody knows");
    keys.put("clip.vision.embedding_length", 1152);
    keys.put("clip.vision.feed_forward_length", 4304);
    GgufHeader header =
        header(keys, new TensorInfo("mm.0.weight", List.of(64L, 32L), QuantFormat.F16, 0));
    assertThat(HeaderProjector.of(header).encoder()).isEmpty();
  }

  @Test
  void aLanguageModelIsRefused() {
    assertThatThrownBy(() -> HeaderProjector.of(TinyHeader.dense("llama", 1).header()))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("found a model of architecture 'llama'; wanted a vision projector");
  }

  private static GgufHeader header(Map<String, Object> keys, TensorInfo... tensors) {
    return new GgufHeader(
        "mmproj.gguf", 3, 32, new GgufMetadata("mmproj.gguf", keys), List.of(tensors), 0, 1 << 20);
  }
}
