package headroom.paper;

import java.util.Optional;

/**
 * Something a paper introduces.
 *
 * @param slug unique over the catalogue, for example {@code kivi}
 * @param name as the paper calls it
 * @param description what it does, one sentence
 * @param knob the calculator's knob for it; a technique without one is shown, not computed
 */
public record Technique(String slug, String name, String description, Optional<String> knob) {}
