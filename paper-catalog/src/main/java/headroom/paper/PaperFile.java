package headroom.paper;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * One file of the catalogue, key by key. Unknown keys fail; a missing one is named.
 *
 * @param id the file name
 * @param related two or three ids
 */
record PaperFile(
    String id,
    String title,
    List<String> authors,
    int year,
    String track,
    String level,
    String summary,
    String whyItMatters,
    String localTakeaway,
    List<String> related,
    Optional<String> code,
    List<TechniqueEntry> techniques,
    List<ClaimEntry> claims) {
  private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  PaperFile {
    present("title", title);
    present("track", track);
    present("level", level);
    present("summary", summary);
    present("why_it_matters", whyItMatters);
    present("local_takeaway", localTakeaway);
    if (authors.isEmpty()) {
      throw new IllegalArgumentException("key 'authors' is empty; wanted at least one name");
    }
    if (related.size() < 2 || related.size() > 3) {
      throw new IllegalArgumentException(
          "key 'related' has %d ids; wanted 2 or 3".formatted(related.size()));
    }
  }

  record TechniqueEntry(String slug, String name, String description, Optional<String> knob) {
    TechniqueEntry {
      present("techniques.slug", slug);
      present("techniques.name", name);
      present("techniques.description", description);
      if (!SLUG.matcher(slug).matches()) {
        throw new IllegalArgumentException(
            "key 'techniques.slug' is '%s'; wanted lower case with hyphens".formatted(slug));
      }
    }

    Technique technique() {
      return new Technique(slug, name, description, knob);
    }
  }

  record ClaimEntry(
      String statement,
      double value,
      OptionalDouble valueTo,
      String unit,
      String conditions,
      String place) {
    ClaimEntry {
      present("claims.statement", statement);
      present("claims.unit", unit);
      present("claims.conditions", conditions);
      present("claims.place", place);
      if (valueTo.isPresent() && valueTo.getAsDouble() <= value) {
        throw new IllegalArgumentException(
            "key 'claims.value_to' is %s; wanted above value %s"
                .formatted(valueTo.getAsDouble(), value));
      }
    }

    Claim claim() {
      return new Claim(statement, value, valueTo, unit, conditions, place);
    }
  }

  Paper paper() {
    ArxivId arxiv = new ArxivId(id);
    // The catalogue describes the newest version, which may be a year or more after the first.
    if (year < arxiv.year()) {
      throw new IllegalArgumentException(
          "key 'year' is %d; wanted %d, the year of the id, or later"
              .formatted(year, arxiv.year()));
    }
    return new Paper(
        arxiv,
        title,
        authors,
        year,
        Topic.byLabel(track)
            .orElseThrow(() -> unknown("track", track, List.of(Topic.values()).toString())),
        Level.byLabel(level)
            .orElseThrow(() -> unknown("level", level, List.of(Level.values()).toString())),
        flowing(summary),
        flowing(whyItMatters),
        flowing(localTakeaway),
        related.stream().map(ArxivId::new).toList(),
        code.map(URI::create),
        techniques.stream().map(TechniqueEntry::technique).toList(),
        claims.stream().map(ClaimEntry::claim).toList());
  }

  /** Lines of the file are wrapped for reading there; on a page the paragraph flows. */
  private static String flowing(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  // Jackson hands a missing key over as null, whatever the type says.
  private static void present(String key, String value) {
    if (Optional.ofNullable(value).orElse("").isBlank()) {
      throw new IllegalArgumentException("key '%s' is missing; wanted text".formatted(key));
    }
  }

  private static IllegalArgumentException unknown(String key, String found, String wanted) {
    return new IllegalArgumentException(
        "key '%s' is '%s'; wanted one of %s".formatted(key, found, wanted));
  }
}
