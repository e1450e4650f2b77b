package headroom.web.fit;

import headroom.fit.FitQuestion;
import headroom.quant.GgufMix;
import java.util.List;
import java.util.Optional;

/**
 * One request, read.
 *
 * @param input what was sent, with its faults
 * @param link the same in short: only what differs from the defaults
 * @param knobs what is turned, in the order of the address
 * @param plain the question before any knob; empty where a parameter is wrong
 * @param question the question to answer; empty where a parameter is wrong
 * @param remote true where the model's facts come from a file on the web
 * @param usual the mix that the model usually comes in; empty where that is not known
 */
record FitForm(
    FitInput input,
    FitLink link,
    List<KnobShelf.Entry> knobs,
    Optional<FitQuestion> plain,
    Optional<FitQuestion> question,
    boolean remote,
    Optional<GgufMix> usual) {

  /** What the field of the weight format says below itself. */
  public String quantHelp() {
    return "A mix of llama.cpp or a format of another engine. Empty: "
        + usual
            .map(mix -> mix.id() + ", as this model usually comes.")
            .orElse("as it usually comes.");
  }
}
