package headroom.claim;

import headroom.catalogue.Catalogue;
import headroom.catalogue.TomlFolder;
import java.util.List;

/** Every statement with what the calculator makes of it. */
public final class Claims {
  private static final TomlFolder FOLDER = new TomlFolder(Claims.class, "headroom/claims");

  private Claims() {}

  /**
   * A statement that was judged.
   *
   * @param claim the statement
   * @param finding what came out
   */
  public record Judged(Claim claim, Finding finding) {}

  /**
   * Reads every file and judges it, in order of ids.
   *
   * @throws headroom.catalogue.CatalogueException where a file cannot be read
   * @throws IllegalArgumentException where a statement names what the catalogue lacks
   */
  public static List<Judged> judge(Catalogue catalogue) {
    return FOLDER.read(Claim.class).values().stream()
        .map(claim -> new Judged(claim, claim.check().judge(catalogue)))
        .toList();
  }
}
