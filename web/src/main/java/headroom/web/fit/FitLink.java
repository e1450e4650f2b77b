package headroom.web.fit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The state of the calculator as an address has it; links to its neighbours are made from it.
 *
 * @param parameters values of each parameter, in the order of the address
 */
record FitLink(Map<String, List<String>> parameters) {
  static final String PAGE = "/fit";
  static final String API = "/api/v1/fit";

  /** Nothing said: the calculator as it opens. */
  static final FitLink EMPTY = new FitLink(Map.of());

  FitLink {
    LinkedHashMap<String, List<String>> copy = new LinkedHashMap<>();
    parameters.forEach((name, values) -> copy.put(name, List.copyOf(values)));
    parameters = java.util.Collections.unmodifiableMap(copy);
  }

  /** The same with this parameter set to one value. */
  FitLink with(String name, String value) {
    return changed(name, List.of(value));
  }

  /** The same with this value beside those that the parameter has. */
  FitLink adding(String name, String value) {
    List<String> values = new ArrayList<>(parameters.getOrDefault(name, List.of()));
    values.add(value);
    return changed(name, values);
  }

  /** The same without this parameter. */
  FitLink without(String name) {
    return changed(name, List.of());
  }

  /** The same without these values of this parameter. */
  FitLink without(String name, Collection<String> values) {
    return changed(
        name,
        parameters.getOrDefault(name, List.of()).stream()
            .filter(value -> !values.contains(value))
            .toList());
  }

  /** The address of the page. */
  public String href() {
    return at(PAGE);
  }

  /** The same question to this path. */
  String at(String path) {
    if (parameters.isEmpty()) {
      return path;
    }
    return parameters.entrySet().stream()
        .flatMap(
            parameter ->
                parameter.getValue().stream().map(value -> pair(parameter.getKey(), value)))
        .collect(Collectors.joining("&", path + "?", ""));
  }

  private static String pair(String name, String value) {
    // A comma needs no escape in a query (RFC 3986, 3.4) and reads better: kv=q8_0,q4_0.
    return name
        + "="
        + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("%2C", ",").replace("+", "%20");
  }

  private FitLink changed(String name, List<String> values) {
    LinkedHashMap<String, List<String>> copy = new LinkedHashMap<>(parameters);
    if (values.isEmpty()) {
      copy.remove(name);
    } else {
      copy.put(name, values);
    }
    return new FitLink(copy);
  }
}
