package headroom.fit;

import headroom.device.DeviceKind;
import headroom.fit.MemoryLine.Place;
import headroom.fit.MemoryLine.Quantity;
import headroom.units.Bytes;
import java.util.List;
import java.util.function.Supplier;

/** Says what other builds and programs of llama.cpp would take for logits. */
final class LogitsNote {
  private LogitsNote() {}

  /** Adds a note where logits of a whole micro-batch would be the widest moment by far. */
  static void add(List<Supplier<String>> notes, Placed placed) {
    FitQuestion question = placed.question();
    if (!ComputeMemory.isBuild(question, LlamaCppBuild.LOGITS_OF_SEQUENCES)
        || question.techniques().training().isPresent()) {
      return;
    }
    long batch = Math.min(question.microBatch(), question.contextLength());
    long all = ComputeMemory.F32_BYTES * batch * question.model().vocabularySize();
    long now = 0;
    for (MemoryLine line : placed.memory().lines()) {
      if (line.quantity() == Quantity.COMPUTE && line.place() != Place.HOST) {
        now = Math.max(now, line.bytes().value());
      }
    }
    long more = all - now;
    if (more > 0) {
      notes.add(
          () ->
              ("Scratch memory is what llama-server of today takes. llama-bench, and builds before"
                      + " June 2026, make logits of every token of a micro-batch: about %s more%s.")
                  .formatted(
                      Bytes.of(more),
                      question.device().kind() == DeviceKind.CPU_MEMORY
                          ? ""
                          : " on the device of the output"));
    }
  }
}
