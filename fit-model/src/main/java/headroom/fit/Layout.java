package headroom.fit;

import headroom.fit.Placement.GpuLayers;
import headroom.fit.Placement.Split;
import java.util.Arrays;

/**
 * Which card, or the host, has each part of each layer.
 *
 * <p>llama.cpp counts {@code -ngl} from the output backwards and gives layer {@code i} of those on
 * the cards to the first card whose cumulative share exceeds {@code i / count} ({@code
 * get_layer_buft_list} in
 * https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/llama-model.cpp#L1365);
 * ik_llama.cpp counts the layers first and the output last
 * (https://github.com/ikawrakow/ik_llama.cpp/blob/8337e4cd3861406fc04e0854b1409cd1b027fbc9/src/llama.cpp#L4318).
 */
final class Layout {
  static final String SOURCE =
      "https://github.com/ggml-org/llama.cpp/blob/3f545beccee69d9975f466ec7e45fd9aacd8ba90/src/llama-model.cpp#L1365";

  /** In place of a card's index. */
  static final int HOST = -1;

  private final int cards;
  private final int[] dense; // [layers], card or HOST
  private final int[] experts; // [layers], card or HOST
  private final int output;
  private final Split split;
  private final double[] shares; // [cards], parts of the whole

  private Layout(int cards, int[] dense, int[] experts, int output, Split split, double[] shares) {
    this.cards = cards;
    this.dense = dense;
    this.experts = experts;
    this.output = output;
    this.split = split;
    this.shares = shares;
  }

  /**
   * Lays layers on cards.
   *
   * @param engine whose order of counting holds
   * @param layers of the model
   * @param placement with a known number of layers; {@code Auto} counts as all
   * @param shares one for each card, at least one above 0
   */
  static Layout of(Engine engine, int layers, Placement placement, double[] shares) {
    int cards = shares.length;
    int asked =
        placement.layers() instanceof GpuLayers.Count count
            ? Math.min(count.count(), layers + 1)
            : layers + 1;
    boolean layersFirst = engine instanceof Engine.IkLlamaCpp;
    int start = Math.max(layersFirst ? layers - asked : layers + 1 - asked, 0);
    float[] cumulative = cumulative(shares);
    int[] dense = new int[layers];
    int[] experts = new int[layers];
    for (int layer = 0; layer < layers; layer++) {
      dense[layer] = layer < start ? HOST : card(cumulative, layer - start, asked);
      experts[layer] = layer < placement.expertLayersOnHost() ? HOST : dense[layer];
    }
    boolean outputOnCard = layersFirst ? asked > layers : asked > 0;
    int output = outputOnCard ? card(cumulative, layers - start, asked) : HOST;
    double sum = 0;
    for (double share : shares) {
      sum += share;
    }
    double[] parts = new double[cards];
    for (int card = 0; card < cards; card++) {
      parts[card] = shares[card] / sum;
    }
    return new Layout(cards, dense, experts, output, placement.split(), parts);
  }

  private static float[] cumulative(double[] shares) {
    float[] cumulative = new float[shares.length];
    float sum = 0;
    for (int card = 0; card < shares.length; card++) {
      sum += (float) shares[card];
      cumulative[card] = sum;
    }
    for (int card = 0; card < shares.length; card++) {
      cumulative[card] /= sum;
    }
    return cumulative;
  }

  /** The first card whose cumulative share is above this layer's position. */
  private static int card(float[] cumulative, int position, int count) {
    float at = (float) position / count;
    for (int card = 0; card < cumulative.length; card++) {
      if (cumulative[card] > at) {
        return card;
      }
    }
    return cumulative.length - 1;
  }

  int cards() {
    return cards;
  }

  int layers() {
    return dense.length;
  }

  /** The card of a layer's attention, norms, router and cache. */
  int dense(int layer) {
    return dense[layer];
  }

  int experts(int layer) {
    return experts[layer];
  }

  int output() {
    return output;
  }

  Split split() {
    return split;
  }

  /** A card's part of what is split by rows or columns. */
  double share(int card) {
    return shares[card];
  }

  /** Layers whose attention lies on any card. */
  int layersOnCards() {
    int count = 0;
    for (int card : dense) {
      count += card == HOST ? 0 : 1;
    }
    return count;
  }

  /** Layers whose attention lies on this card. */
  int layersOn(int place) {
    int count = 0;
    for (int card : dense) {
      count += card == place ? 1 : 0;
    }
    return count;
  }

  /** True where neither a layer nor the output lies on the host. */
  boolean isAllOnCards() {
    return output != HOST && layersOnCards() == dense.length && expertsOnHost() == 0;
  }

  /** Layers that are on a card while their experts are on the host. */
  int expertsOnHost() {
    int count = 0;
    for (int layer = 0; layer < dense.length; layer++) {
      count += experts[layer] == HOST && dense[layer] != HOST ? 1 : 0;
    }
    return count;
  }

  /**
   * How often a token comes to a place on its way through the model.
   *
   * @param table knows which layers have experts
   */
  int visits(LayerTable table, int place) {
    int visits = 0;
    boolean here = false;
    for (int layer = 0; layer < dense.length; layer++) {
      boolean next = dense[layer] == place;
      visits += next && !here ? 1 : 0;
      here = next;
      if (experts[layer] != dense[layer] && table.experts(layer) > 0) {
        here = experts[layer] == place;
        visits += here ? 1 : 0;
      }
    }
    return visits + (output == place && !here ? 1 : 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Layout layout
        && Arrays.equals(dense, layout.dense)
        && Arrays.equals(experts, layout.experts)
        && output == layout.output
        && split == layout.split
        && Arrays.equals(shares, layout.shares);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dense);
  }
}
