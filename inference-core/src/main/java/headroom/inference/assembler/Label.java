package headroom.inference.assembler;

import java.util.ArrayList;
import java.util.List;

/** A place in the code that jumps go to, before or after it is known where it lies. */
public final class Label {
  private static final int UNBOUND = -1;

  private int position = UNBOUND;

  /** Where the four bytes of a distance stand that is not known yet. */
  private final List<Integer> waiting = new ArrayList<>();

  public boolean isBound() {
    return position != UNBOUND;
  }

  public int position() {
    return position;
  }

  public void bind(int here) {
    if (isBound()) {
      throw new IllegalStateException("a label can be placed once");
    }
    position = here;
  }

  public List<Integer> waiting() {
    return waiting;
  }
}
