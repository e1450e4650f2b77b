package headroom.web.advise;

import headroom.catalogue.Catalogue;
import headroom.web.support.Field;
import headroom.web.support.Option;
import java.util.List;
import java.util.Locale;

/**
 * What the page of reverse questions shows.
 *
 * @param form what was asked
 * @param headline the answer in short; empty where a field is wrong
 * @param tables the answer
 * @param models choices of the model field
 * @param devices choices of the device field
 */
record AdvisePage(
    AdviseForm form,
    String headline,
    List<Table> tables,
    List<Option> models,
    List<Option> devices) {

  static AdvisePage of(AdviseForm form, Catalogue catalogue) {
    Advice advice = form.isSound() ? Advice.of(form, catalogue) : Advice.NONE;
    return new AdvisePage(
        form,
        advice.headline(),
        advice.tables(),
        catalogue.models().stream().map(m -> new Option(m.id(), m.name())).toList(),
        catalogue.devices().stream().map(d -> new Option(d.id(), d.name())).toList());
  }

  public String title() {
    return form.model().isPresent()
        ? form.device().isPresent()
            ? "How to run %s on %s".formatted(form.model().get().name(), form.device().get().name())
            : "What runs " + form.model().get().name()
        : form.device().map(device -> "What runs on " + device.name()).orElse("What to take");
  }

  public Field field(String name, String label) {
    return form.input().field(name, label);
  }

  public List<Option> floors() {
    return AdviseForm.FLOORS.stream().map(mix -> Option.of(mix.id())).toList();
  }

  /** The same question for the command line. */
  public String command() {
    StringBuilder command = new StringBuilder("./headroom advise");
    form.device()
        .ifPresent(
            device ->
                command
                    .append(" --device ")
                    .append(
                        String.join(
                            ",", java.util.Collections.nCopies(form.cards(), device.id()))));
    form.memory()
        .ifPresent(
            memory ->
                command.append(
                    String.format(Locale.ROOT, " --memory %.4gGiB", memory.gibibytes())));
    form.model().ifPresent(model -> command.append(" --model ").append(model.id()));
    if (form.terms().minimumRate().isPresent()) {
      command.append(
          String.format(Locale.ROOT, " --min-tps %.4g", form.terms().minimumRate().getAsDouble()));
    }
    command.append(" --context ").append(form.terms().context());
    if (form.device().isPresent() && form.model().isEmpty()) {
      command.append(" --floor ").append(form.floor().id());
    }
    return command.toString();
  }
}
