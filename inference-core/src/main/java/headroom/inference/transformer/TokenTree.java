package headroom.inference.transformer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several continuations of a text that begin alike, each token once; nodes stand in the order of a
 * walk that follows every line to its end, the root first.
 */
public final class TokenTree {
  private final List<Integer> tokens = new ArrayList<>();
  private final List<Integer> parents = new ArrayList<>();
  private final List<Integer> depths = new ArrayList<>();
  private final List<Map<Integer, Integer>> children = new ArrayList<>();

  private TokenTree() {}

  /** What its branches are made of before they are put in order. */
  private static final class Node {
    private final Map<Integer, Node> children = new LinkedHashMap<>();
  }

  /**
   * A tree.
   *
   * @param root the text's last token
   * @param branches what may follow it, the likeliest first
   */
  public static TokenTree of(int root, List<int[]> branches) {
    Node top = new Node();
    for (int[] branch : branches) {
      Node node = top;
      for (int token : branch) {
        node = node.children.computeIfAbsent(token, _ -> new Node());
      }
    }
    TokenTree tree = new TokenTree();
    tree.add(root, -1, 0, top);
    return tree;
  }

  private int add(int token, int parent, int depth, Node node) {
    int index = tokens.size();
    Map<Integer, Integer> below = new LinkedHashMap<>();
    tokens.add(token);
    parents.add(parent);
    depths.add(depth);
    children.add(below);
    node.children.forEach((next, child) -> below.put(next, add(next, index, depth + 1, child)));
    return index;
  }

  /** Nodes, the root included. */
  public int size() {
    return tokens.size();
  }

  /** Tokens of all nodes. */
  public int[] tokens() {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The nodes that follow a node, by their token, the likeliest first. */
  public Map<Integer, Integer> children(int node) {
    return children.get(node);
  }

  int parent(int node) {
    return parents.get(node);
  }

  int depth(int node) {
    return depths.get(node);
  }

  /** The cells from the root to this node, and of the nodes that go on from it in a line. */
  int[] line(int node, int prefix) {
    int end = node + 1;
    while (end < size() && parent(end) == end - 1) {
      end++;
    }
    int[] cells = new int[depth(end - 1) + 1];
    for (int at = end - 1; at >= 0; at = parent(at)) {
      cells[depth(at)] = prefix + at;
    }
    return cells;
  }
}
