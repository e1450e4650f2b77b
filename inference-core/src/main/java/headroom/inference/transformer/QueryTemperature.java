package headroom.inference.transformer;

/**
 * Queries grow with the logarithm of their position, so that attention stays sharp over long
 * contexts (arXiv 2501.19399; as Llama 4 and Ministral 3 do it, {@code llm_graph_input_attn_temp}
 * in llama.cpp's <a
 * href="https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/llama-graph.cpp">llama-graph.cpp</a>).
 *
 * @param scale of the logarithm
 * @param step tokens over which the factor stays the same
 * @param offset what positions begin at
 */
public record QueryTemperature(float scale, int step, int offset) {
  /** What the query at this position is multiplied by. */
  float at(int position) {
    return (float) (Math.log((position + offset) / step + 1) * scale + 1);
  }
}
