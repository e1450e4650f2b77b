package headroom.paper;

import headroom.catalogue.CatalogueException;
import headroom.catalogue.TomlFolder;
import headroom.knob.Knobs;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All papers, loaded once from one file each; whatever does not resolve fails at start. */
public final class PaperCatalogue {
  static final String FOLDER = "headroom/papers";

  private final List<Paper> papers;
  private final Map<ArxivId, Paper> byId = new LinkedHashMap<>();

  PaperCatalogue(List<Paper> papers) {
    this.papers = papers.stream().sorted(Comparator.comparing(Paper::id).reversed()).toList();
    this.papers.forEach(paper -> byId.put(paper.id(), paper));
    checkReferences();
  }

  /**
   * Reads every file.
   *
   * @throws CatalogueException naming the file, where one cannot be read or refers to a paper or
   *     knob that does not exist
   */
  public static PaperCatalogue load() {
    Map<String, PaperFile> files =
        new TomlFolder(PaperCatalogue.class, FOLDER).read(PaperFile.class);
    return new PaperCatalogue(
        files.entrySet().stream().map(file -> paper(file.getKey(), file.getValue())).toList());
  }

  private static Paper paper(String id, PaperFile file) {
    try {
      return file.paper();
    } catch (IllegalArgumentException unfit) {
      throw new CatalogueException(path(id), String.valueOf(unfit.getMessage()), unfit);
    }
  }

  /** Newest first. */
  public List<Paper> papers() {
    return papers;
  }

  public Optional<Paper> paper(ArxivId id) {
    return Optional.ofNullable(byId.get(id));
  }

  public List<Paper> about(Topic topic) {
    return papers.stream().filter(paper -> paper.topic() == topic).toList();
  }

  /** Papers that introduce what this knob of the calculator computes. */
  public List<Paper> behindKnob(String knob) {
    return papers.stream()
        .filter(
            paper ->
                paper.computableTechniques().stream()
                    .anyMatch(t -> t.knob().filter(knob::equals).isPresent()))
        .toList();
  }

  private void checkReferences() {
    Map<String, ArxivId> slugs = new HashMap<>();
    for (Paper paper : papers) {
      for (ArxivId related : paper.related()) {
        if (!byId.containsKey(related) || related.equals(paper.id())) {
          throw new CatalogueException(
              path(paper.id().value()),
              "key 'related' names %s; wanted another paper of the catalogue".formatted(related),
              null);
        }
      }
      for (Technique technique : paper.techniques()) {
        ArxivId earlier = slugs.put(technique.slug(), paper.id());
        if (earlier != null) {
          throw new CatalogueException(
              path(paper.id().value()),
              "technique '%s' stands in %s too; wanted a slug of its own"
                  .formatted(technique.slug(), earlier),
              null);
        }
        technique.knob().ifPresent(knob -> checkKnob(paper, knob));
      }
    }
  }

  private static void checkKnob(Paper paper, String knob) {
    if (Knobs.find(knob).isEmpty()) {
      throw new CatalogueException(
          path(paper.id().value()),
          "knob '%s' does not exist; wanted one of %s"
              .formatted(knob, Knobs.all().stream().map(k -> k.slug()).sorted().toList()),
          null);
    }
  }

  private static String path(String id) {
    return FOLDER + "/" + id + ".toml";
  }
}
