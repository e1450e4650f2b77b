package headroom.web.fit;

import headroom.fit.FitQuestion;
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
 */
record FitForm(
    FitInput input,
    FitLink link,
    List<KnobShelf.Entry> knobs,
    Optional<FitQuestion> plain,
    Optional<FitQuestion> question,
    boolean remote) {}
