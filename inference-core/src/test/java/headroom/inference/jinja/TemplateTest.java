package headroom.inference.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import headroom.inference.GoldenFiles;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class TemplateTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T16:05:09Z"), ZoneOffset.UTC);

  /** Our own templates in the manner of the common families, filled by Jinja2 3.1.6. */
  static Stream<Arguments> golden() {
    List<Arguments> cases = new ArrayList<>();
    for (JsonNode template : GoldenFiles.json("chat-templates.json").path("templates")) {
      int number = 0;
      for (JsonNode one : template.path("cases")) {
        String name = "%s %d".formatted(template.path("name").asString(), number++);
        cases.add(Arguments.of(name, template.path("source").asString(), one));
      }
    }
    return cases.stream();
  }

  private static @Nullable Object value(JsonNode node) {
    if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(element -> list.add(value(element)));
      return list;
    }
    if (node.isObject()) {
      return values(node);
    }
    return node.isNull()
        ? null
        : node.isBoolean()
            ? (Object) node.asBoolean()
            : node.isNumber() ? (Object) node.asLong() : node.asString();
  }

  private static Map<String, @Nullable Object> values(JsonNode node) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    node.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
    return map;
  }

  private static String fill(String source) {
    return Template.of(source, CLOCK).fill(Map.of());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("golden")
  void fillsAsJinjaDoes(String name, String source, JsonNode wanted) {
    Template template = Template.of(source, CLOCK);
    if (wanted.has("error")) {
      assertThatThrownBy(() -> template.fill(values(wanted.path("vars"))))
          .isInstanceOf(TemplateException.class)
          .hasMessageContaining("refuses these messages: System role not supported");
    } else {
      assertThat(template.fill(values(wanted.path("vars"))))
          .isEqualTo(wanted.path("text").asString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '§',
      value = {
        "{% if x§chat template, line 1: '{%' has no end; wanted '%}'",
        "{{ 'open }}§chat template, line 1: '{{' has no end; wanted '}}'",
        "{% frob %}§chat template, line 1: found statement 'frob', which is not known here",
        "{{ x | frob }}§chat template, line 1: found filter 'frob', which is not known here",
        "{{ x is frob }}§chat template, line 1: found test 'frob', which is not known here",
        "{{ 1 + }}§chat template, line 1: found the end; wanted an expression",
        "{{ a b }}§chat template, line 1: found 'b'; wanted the end",
        "{{ x.y.z }}§the chat template asks for 'y' of 'x', which is not defined",
        "{{ x() }}§chat template, line 1: 'x', which is not defined is called; wanted a function",
        "{{ 1 / 0 }}§the chat template divides by zero",
        "{{ 1 is divisibleby 0 }}§the chat template divides by zero",
        "{{ 1 + 'a' }}§the chat template has a number + a text; wanted two numbers, texts or lists",
        "{{ 1 < 'a' }}§the chat template compares a number with a text; wanted two numbers or two"
            + " texts",
        "{% for i in 3 %}{% endfor %}§the chat template goes through a number; wanted a list, a map"
            + " or a text",
        "{% set x.y = 1 %}§the chat template sets 'y' of 'x', 'x', which is not defined; wanted a"
            + " namespace",
        "{{ 99999999999999999999 }}§chat template, line 1: the number '99999999999999999999' is too"
            + " large",
      })
  void whatIsWrongIsNamed(String source, String message) {
    assertThatThrownBy(() -> fill(source))
        .isInstanceOf(TemplateException.class)
        .hasMessage(message);
  }

  @Test
  void linesAreCounted() {
    assertThatThrownBy(() -> fill("a\n{% if true %}\n{# two\nlines #}\n{{ nothing( }}{% endif %}"))
        .hasMessageStartingWith("chat template, line 5:");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "{% for i in range(99999999999) %}{% endfor %};elements",
        "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %};steps",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }};deep",
        "{{ 'x' * 999999999999 }};elements",
        "{% set ns = namespace(a='xxxxxxxx') %}{% for i in range(99) %}{% set ns.a = ns.a + ns.a"
            + " %}{% endfor %};elements",
        "{% set ns = namespace(a=[1]) %}{% for i in range(99) %}{% set ns.a = ns.a + ns.a %}{%"
            + " endfor %};elements",
      })
  void aTemplateThatWouldNeverEndIsStopped(String source, String why) {
    assertThatThrownBy(() -> fill(source))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(why);
  }

  @Test
  void nestingThatNobodyNeedsIsRefused() {
    assertThatThrownBy(() -> fill("{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}"))
        .hasMessageContaining("nested more than 200 deep");
    assertThatThrownBy(() -> fill("{{ " + "-".repeat(100_000) + "1 }}"))
        .isInstanceOf(TemplateException.class);
    assertThatThrownBy(() -> fill("{{ " + "not ".repeat(100_000) + "1 }}"))
        .isInstanceOf(TemplateException.class);
    assertThatThrownBy(() -> fill("{% if true %}".repeat(50_000)))
        .isInstanceOf(TemplateException.class);
  }
}
