package headroom.web.support;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** The main navigation: the sections of the site that are there. Templates read it by bean name. */
@Component("siteNavigation")
public class SiteNavigation {
  private static final List<Entry> SECTIONS =
      List.of(
          new Entry("papers", "Papers", "/papers"),
          new Entry("fit", "Calculator", "/fit"),
          new Entry("advise", "What to take", "/advise"),
          new Entry("devices", "Devices", "/devices"),
          new Entry("models", "Models", "/models"),
          new Entry("results", "Results", "/results"),
          new Entry("leaderboard", "Leaderboard", "/leaderboard"),
          new Entry("accuracy", "Accuracy", "/accuracy"),
          new Entry("claims", "Claims", "/claims"),
          new Entry("agents", "Measure", "/agents"));

  private final ObjectProvider<RequestMappingHandlerMapping> mappings;

  SiteNavigation(
      @Qualifier("requestMappingHandlerMapping")
          ObjectProvider<RequestMappingHandlerMapping> mappings) {
    this.mappings = mappings;
  }

  /** The sections that a controller answers, in order. */
  public List<Entry> entries() {
    Set<String> paths = paths();
    return SECTIONS.stream().filter(entry -> paths.contains(entry.path())).toList();
  }

  /** True where a controller answers exactly this path. */
  public boolean has(String path) {
    return paths().contains(path);
  }

  private Set<String> paths() {
    return mappings.stream()
        .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
        .flatMap(info -> info.getPatternValues().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * One entry.
   *
   * @param section the name by which a page says that it belongs to it
   * @param label for people
   * @param path where it leads
   */
  public record Entry(String section, String label, String path) {}
}
