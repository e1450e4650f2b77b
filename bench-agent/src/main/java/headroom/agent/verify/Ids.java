package headroom.agent.verify;

import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** Lists of numbers in golden files. */
final class Ids {
  private Ids() {}

  /** Token ids. */
  static int[] of(JsonNode list) {
    return list.valueStream().mapToInt(JsonNode::asInt).toArray();
  }

  /** Logits or margins. */
  static double[] numbers(JsonNode list) {
    return list.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  /** The first few of them, for messages. */
  static String text(int[] ids) {
    String all = Arrays.toString(ids);
    return all.length() <= 60 ? all : all.substring(0, 60) + "…]";
  }
}
