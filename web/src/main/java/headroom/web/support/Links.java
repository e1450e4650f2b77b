package headroom.web.support;

import java.util.Map;
import org.springframework.web.util.UriComponentsBuilder;

/** Addresses with parameters, encoded. */
public final class Links {
  private Links() {}

  /** This path with these parameters, in the order of the map. */
  public static String to(String path, Map<String, String> parameters) {
    UriComponentsBuilder link = UriComponentsBuilder.fromPath(path);
    parameters.forEach((name, value) -> link.queryParam(name, "{" + name + "}"));
    return link.encode().buildAndExpand(parameters).toUriString();
  }
}
