package headroom.inference.kvcache;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The states of all recurrent layers, and a copy of them to go back to: a state cannot be computed
 * backwards.
 */
final class RecurrentStates {
  private static final int NONE = -1;

  private final List<RecurrentState> now = new ArrayList<>();
  private final List<RecurrentState> marked = new ArrayList<>();
  private int markedLength = NONE;

  RecurrentState add(StateShape shape) {
    RecurrentState state = new RecurrentState(shape);
    now.add(state);
    return state;
  }

  boolean isEmpty() {
    return now.isEmpty();
  }

  /** Bytes of the states and of the copy, if there is one. */
  long bytes() {
    return now.stream().mapToLong(RecurrentState::bytes).sum()
        + marked.stream().mapToLong(RecurrentState::bytes).sum();
  }

  /** Copies the states as they are after {@code length} tokens. */
  void mark(int length) {
    for (int i = 0; i < now.size(); i++) {
      if (marked.size() == i) {
        marked.add(now.get(i).copy());
      } else {
        marked.get(i).set(now.get(i));
      }
    }
    markedLength = length;
  }

  /** Tokens at the copy; below 0 where there is none. */
  int marked() {
    return markedLength;
  }

  /** True where states after {@code length} of {@code present} tokens can be had. */
  boolean reaches(int length, int present) {
    return isEmpty() || length == 0 || length == present || length == markedLength;
  }

  void goBackTo(int length) {
    if (length == 0) {
      now.forEach(RecurrentState::clear);
    } else {
      for (int i = 0; i < now.size(); i++) {
        now.get(i).set(marked.get(i));
      }
    }
    forgetMarkBeyond(length);
  }

  void forgetMarkBeyond(int length) {
    if (markedLength > length) {
      markedLength = NONE;
    }
  }

  List<MemorySegment> stored() {
    return now.stream().flatMap(state -> state.stored().stream()).toList();
  }
}
