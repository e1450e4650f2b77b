package headroom.web.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.catalogue.CatalogueModel;
import headroom.knob.Knob;
import headroom.knob.Knobs;
import headroom.web.SiteTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class FitPageTest extends SiteTest {
  @Autowired private Catalogue catalogue;

  private MvcTestResult htmx(String uri) {
    return site.get().uri(uri).header("HX-Request", "true").exchange();
  }

  @Test
  void theBarePageAnswersAtOnce() {
    assertThat(page("/fit"))
        .contains("<title>Fits, ")
        .contains("Llama 3.1 8B as Q4_K_M on")
        .contains("8,192 tokens of context.")
        .contains("Device memory")
        .contains("decode at the full context")
        .contains("32 layers × 8192 cells × (8 × 128 keys as f16 = 2048 B")
        .contains("1,073,741,824 B");
  }

  @Test
  void aModelTooLargeSaysHowMuchIsMissingAndHowManyLayersWouldFit() {
    assertThat(page("/fit?model=llama-3.1-70b"))
        .containsPattern("Does not fit: [0-9.]+ GiB short; \\d+ of 80 layers would fit")
        .contains("class=\"limit\"")
        .contains("Missing")
        .doesNotContain("decode at the full context");
  }

  @Test
  void namesAreTakenAsWellAsIds() {
    String name = catalogue.device("nvidia-geforce-rtx-3090").orElseThrow().name();

    assertThat(body(site.get().uri("/fit").param("device", name).exchange()))
        .contains("on " + name + ", 8,192 tokens")
        .contains("--device nvidia-geforce-rtx-3090");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "context=abc        | context  | ‘abc’ cannot be used; wanted a whole number from 1 to"
            + " 16,777,216",
        "context=-5         | context  | ‘-5’ cannot be used",
        "context=0          | context  | 0 is out of range",
        "context=1000000000000 | context | ‘1000000000000’ cannot be used",
        "context=16777217   | context  | 16777217 is out of range",
        "context=8.5        | context  | ‘8.5’ cannot be used",
        "parallel=0         | parallel | 0 is out of range; wanted a whole number from 1 to 4,096",
        "ubatch=x           | ubatch   | ‘x’ cannot be used",
        "kv=q9              | kv       | ‘q9’ is no cache format that is known here",
        "kv=q8_0,,          | kv       | ‘’ is no cache format",
        "kv=f16,f16,f16     | kv       | names 3 formats",
        "quant=Q4KM         | quant    | ‘Q4KM’ is no weight format that is known here",
        "model=lama 3.1 8b  | model    | ‘lama 3.1 8b’ is no model of the catalogue",
        "device=rtx4091     | device   | ‘rtx4091’ is no device of the catalogue",
        "fa=maybe           | fa       | ‘maybe’ is not one of on, off",
        "memory=64          | memory   | ‘64’ is no amount of memory",
        "memory=-1 GiB      | memory   | ‘-1 GiB’ is no amount of memory",
        "customMemory=lots  | customMemory | ‘lots’ is no amount of memory",
        "customBandwidth=900 | customMemory | is missing; wanted the memory of your device",
        "customBandwidth=fast | customBandwidth | ‘fast’ is not a number",
        "url=nonsense       | url      | ‘nonsense’ is no address",
        "url=http://127.0.0.1/m.gguf | url | found an address that is not public",
        "url=http://localhost:8080/m.gguf | url | found port 8080; wanted 80 or 443",
        "url=file:///etc/passwd | url  | ‘file:///etc/passwd’ is no address",
      })
  void aValueThatCannotBeUsedIsNamedAtItsFieldAndTheRestIsKept(
      String parameter, String field, String fault) {
    String[] pair = parameter.split("=", 2);
    var request = site.get().uri("/fit").param(pair[0], pair[1]);
    if (!pair[0].equals("kv")) {
      request = request.param("kv", "q8_0,q5_1");
    }
    MvcTestResult answer = request.exchange();
    String html = body(answer);

    assertThat(answer).hasStatus(400);
    assertThat(html)
        .contains(escaped(fault))
        .contains("No answer yet")
        .contains("href=\"#" + field + "\"")
        .containsPattern(
            "id=\"%s\"[^>]*aria-invalid=\"true\"[^>]*aria-describedby=\"%s-error"
                .formatted(field, field))
        .doesNotContain("to spare");
    if (!pair[0].equals("kv")) {
      assertThat(html).contains("value=\"q8_0,q5_1\"");
    }

    MvcTestResult json = site.get().uri("/api/v1/fit").param(pair[0], pair[1]).exchange();
    assertThat(json).hasStatus(400).hasContentType("application/problem+json");
    assertThat(json).bodyJson().extractingPath("$.errors." + field).asString().contains(fault);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  @Test
  void anUnknownKnobIsNamedAndItsNeighboursAreLinks() {
    MvcTestResult answer = get("/fit?knob=kivy&context=4096");

    assertThat(answer).hasStatus(400);
    assertThat(body(answer))
        .contains("‘kivy’ is no technique that can be computed")
        .contains("href=\"/fit?context=4096&amp;knob=kivi\"");
  }

  @Test
  void whatMayHaveBeenMeantIsALinkThatKeepsTheRest() {
    assertThat(page("/fit?model=lama+3.1+8b&context=4096"))
        .contains("href=\"/fit?model=llama-3.1-8b&amp;context=4096\"");
    assertThat(page("/fit?device=rtx4091"))
        .contains("href=\"/fit?device=nvidia-geforce-rtx-4090\"");
  }

  @Test
  void severalFaultsAreAllNamed() {
    assertThat(page("/fit?context=abc&parallel=0&model=nothing-like-it"))
        .contains("‘abc’ cannot be used", "0 is out of range", "‘nothing-like-it’ is no model");
  }

  @Test
  void aModelIsAskedForAsItsMakersPublishItWhereNoFormatIsNamed() {
    String page = page("/fit?model=gpt-oss-120b&device=nvidia-b200");

    assertThat(page)
        .contains("gpt-oss-120b as MXFP4_MOE on NVIDIA B200")
        .contains("Empty: MXFP4_MOE, as this model usually comes.")
        .containsPattern("quant=MXFP4_MOE[^>]*aria-current=\"true\"");
    assertThat(page("/fit?model=llama-3.1-8b"))
        .contains("Llama 3.1 8B as Q4_K_M")
        .contains("Empty: Q4_K_M, as this model usually comes.");
  }

  @Test
  void aKnobChangesTheReportAndLinksToItsPaper() {
    String with = page("/fit?model=llama-3.1-8b&context=131072&knob=kivi");
    String without = page("/fit?model=llama-3.1-8b&context=131072");

    assertThat(without).contains("as f16 = 2048 B").doesNotContain("Turned on");
    assertThat(with)
        .contains("as kivi-2 = 384 B")
        .contains("Turned on")
        .contains("Without:")
        .contains("href=\"/papers/2402.02750\"")
        .contains(
            "href=\"/fit?model=llama-3.1-8b&amp;device=nvidia-geforce-rtx-4090&amp;quant=Q4_K_M&amp;context=131072\">turn"
                + " off")
        .containsPattern("value=\"kivi\"[^>]*checked");
  }

  @Test
  void aTurnedKnobShowsWhatItsPaperReportsAndWhereThatWasMeasured() {
    String elsewhere =
        "Measured only on A100, not on NVIDIA GeForce RTX 4090: bytes hold anywhere, speeds may"
            + " not.";

    assertThat(page("/fit?model=llama-3.1-8b&knob=turboquant"))
        .contains("LongBench score 50.06 at 3.5 bits, as at 16")
        .contains("Llama-3.1-8B-Instruct; KIVI at 3 bits: 48.50")
        .contains("href=\"/papers/2504.19874\">arXiv 2504.19874</a>, Table 1")
        .contains(elsewhere);
    assertThat(page("/fit?model=llama-3.1-8b&device=nvidia-a100-pcie-80-gb&knob=turboquant"))
        .contains("LongBench score 50.06")
        .doesNotContain("Measured only on");
    assertThat(page("/fit?model=llama-3.1-8b")).doesNotContain("LongBench score");
  }

  @Test
  void whatStandsAgainstAKnobIsANote() {
    assertThat(page("/fit?model=llama-3.1-8b&knob=bitnet"))
        .contains("was not trained with ternary weights");
  }

  @Test
  void fineTuningIsAnsweredWithoutASpeed() {
    assertThat(page("/fit?model=llama-3.1-8b&context=512&knob=qlora"))
        .contains("Adapters, gradients and AdamW states")
        .contains("No speed is predicted for fine-tuning")
        .doesNotContain("KV cache, full attention");
  }

  @Test
  void ofTwoKnobsThatSetTheSameThingTheFirstIsSaidToHaveNoEffect() {
    assertThat(page("/fit?knob=gptq&knob=awq"))
        .contains("GPTQ 4-bit, groups of 128 has no effect, because AWQ 4-bit");
  }

  @Test
  void everyKnobBelongsToAGroupAndChangesTheAnswerOfTheCalculator() {
    String plain = page("/fit?fa=off");
    for (Knob knob : Knobs.all()) {
      assertThat(plain).as(knob.slug()).contains("id=\"knob-" + knob.slug() + "\"");
      assertThat(get("/fit?knob=" + knob.slug())).as(knob.slug()).hasStatusOk();
    }
  }

  @Test
  void htmxGetsOnlyTheReportOfTheSamePage() {
    String whole = page("/fit?context=32k");
    MvcTestResult answer = htmx("/fit?context=32k");
    String part = body(answer);

    assertThat(answer).hasStatusOk();
    assertThat(part)
        .startsWith("<section id=\"report\"")
        .endsWith("</section>")
        .doesNotContain("<html", "<form", "th:");
    assertThat(answer)
        .hasHeader(
            "HX-Push-Url",
            "/fit?model=llama-3.1-8b&device=nvidia-geforce-rtx-4090&quant=Q4_K_M&context=32768");
    assertThat(answer.getResponse().getHeaders("Vary")).contains("HX-Request");
    String sameInBoth = part.substring(part.indexOf("<div class=\"verdict"));
    assertThat(whole).contains(sameInBoth.substring(0, sameInBoth.lastIndexOf("</section>")));
  }

  @Test
  void htmxGetsFaultsWithTheFieldsTheyBelongTo() {
    MvcTestResult answer = htmx("/fit?context=abc");

    assertThat(answer).hasStatus(400);
    assertThat(body(answer))
        .contains("No answer yet")
        .containsPattern("id=\"context-error\"[^>]*hx-swap-oob=\"true\"")
        .containsPattern("id=\"model-error\"[^>]*hx-swap-oob=\"true\"[^>]*></div>");
  }

  @Test
  void neighboursAreLinksThatChangeOneThing() {
    assertThat(page("/fit?model=llama-3.1-8b&device=nvidia-geforce-rtx-3090&context=8192"))
        .contains(
            "href=\"/fit?model=llama-3.1-8b&amp;device=nvidia-geforce-rtx-3090&amp;quant=Q8_0&amp;context=8192\"",
            "href=\"/fit?model=llama-3.1-8b&amp;device=nvidia-geforce-rtx-3090&amp;quant=Q4_K_M&amp;context=131072\"")
        .containsPattern("aria-current=\"true\">Q4_K_M<")
        .containsPattern("aria-current=\"true\">8,192<");
  }

  @Test
  void aCpuNeedsToBeToldItsMemory() {
    assertThat(page("/fit?device=cpu-ddr5-6000-dual")).contains("Cannot be said: the memory of");
    assertThat(page("/fit?device=cpu-ddr5-6000-dual&memory=32GiB"))
        .contains("Fits, ")
        .contains("with 32.00 GiB")
        .contains("--memory 32GiB")
        .contains(
            "java -jar headroom-agent.jar bench --model llama-3.1-8b:Q4_K_M --tests pp512,tg128"
                + " --depth 0,8192 --kv f16");
  }

  @Test
  void aCardIsCheckedWithTheBenchmarkOfLlamaCpp() {
    assertThat(page("/fit?kv=q8_0,q4_0"))
        .contains(
            "llama-bench -m FILE.gguf -ngl 99 -p 512 -n 128 -d 0,8192 -ub 512 -fa 1 -ctk q8_0 -ctv"
                + " q4_0");
  }

  @Test
  void theCommandGivesEverySettingThatIsNotTheDefault() {
    assertThat(
            page(
                "/fit?model=qwen3-8b&device=nvidia-geforce-rtx-3090&quant=Q6_K&context=16k&kv=q8_0"
                    + "&parallel=4&ubatch=256&fa=off&memory=20GiB&knob=speculative-decoding"))
        .contains(
            "./headroom fit --model qwen3-8b --device nvidia-geforce-rtx-3090 --quant Q6_K"
                + " --context 16384 --kv q8_0 --parallel 4 --ubatch 256 --memory 20GiB"
                + " --no-flash-attention --knob speculative-decoding");
  }

  @Test
  void aDeviceOfOnesOwnTakesThePlaceOfTheListed() {
    assertThat(page("/fit?customMemory=48GiB&customBandwidth=900&customKind=nvidia"))
        .contains("on your NVIDIA card")
        .contains("decode at the full context")
        .contains("over ")
        .doesNotContain("./headroom fit");
    assertThat(page("/fit?customMemory=48GiB&customKind=amd"))
        .contains("No decode speed: the memory bandwidth of your AMD card is not known.");
  }

  @Test
  void markupInValuesStaysText() {
    assertThat(
            body(
                site.get()
                    .uri("/fit")
                    .param("model", "<script>alert(1)</script>")
                    .param("memory", "\"><b>")
                    .exchange()))
        .doesNotContain("<script>alert", "\"><b>")
        .contains("&lt;script&gt;alert(1)");
  }

  @Test
  void everyModelAnswersOnACardAndOnACpu() {
    for (CatalogueModel model : catalogue.models()) {
      assertThat(get("/api/v1/fit?kv=q8_0&model=" + model.id())).as(model.id()).hasStatusOk();
      assertThat(
              get(
                  "/api/v1/fit?quant=IQ4_XS&memory=64GiB&device=cpu-ddr5-6000-dual&model="
                      + model.id()))
          .as(model.id())
          .hasStatusOk();
    }
  }

  @Test
  void everyDeviceAnswers() {
    for (CatalogueDevice device : catalogue.devices()) {
      assertThat(get("/api/v1/fit?device=" + device.id())).as(device.id()).hasStatusOk();
    }
  }

  @Test
  void everyFormatAnswers() {
    List<String> formats = catalogue.weightFormats().stream().map(format -> format.id()).toList();
    for (String format : formats) {
      assertThat(get("/fit?quant=" + format)).as(format).hasStatusOk();
    }
    catalogue.cacheFormats().stream()
        .filter(format -> format.format().isPresent())
        .forEach(format -> assertThat(get("/fit?kv=" + format.id())).as(format.id()).hasStatusOk());
  }

  @Test
  void anAnswerMayBeKeptForAWhileAndAFaultMayNot() {
    assertThat(get("/fit").getResponse().getHeader("Cache-Control")).contains("max-age", "public");
    assertThat(get("/fit?context=abc").getResponse().getHeader("Cache-Control"))
        .contains("no-store");
  }

  @Test
  void theJsonHasTheShapeThatTheCommandPrints() {
    MvcTestResult answer = get("/api/v1/fit?model=llama-3.1-8b&context=8192");

    assertThat(answer).hasStatusOk().hasContentType("application/json");
    assertThat(answer).bodyJson().extractingPath("$.verdict").isEqualTo("fits");
    assertThat(answer).bodyJson().extractingPath("$.lines[0].what").isEqualTo("weights");
    assertThat(answer)
        .bodyJson()
        .extractingPath("$.lines[0].device")
        .isEqualTo("nvidia-geforce-rtx-4090");
    assertThat(answer)
        .bodyJson()
        .extractingPath("$.lines[?(@.quantity == 'kv')].bytes")
        .asArray()
        .containsExactly(1_073_741_824);
    assertThat(answer)
        .bodyJson()
        .hasPathSatisfying("$.totalBytes", path -> path.assertThat().asNumber())
        .hasPathSatisfying("$.headroomBytes", path -> path.assertThat().asNumber())
        .hasPathSatisfying("$.decode.median", path -> path.assertThat().asNumber())
        .hasPathSatisfying("$.decode.low", path -> path.assertThat().asNumber())
        .hasPathSatisfying("$.decode.high", path -> path.assertThat().asNumber())
        .hasPathSatisfying("$.prefill.limiter", path -> path.assertThat().asString())
        .extractingPath("$.lines[?(@.device == 'host')].what")
        .asArray()
        .contains("token embedding");
  }

  @Test
  void whatIsNotKnownIsAbsentFromTheJson() {
    assertThat(get("/api/v1/fit?device=cpu-ddr5-6000-dual"))
        .bodyJson()
        .doesNotHavePath("$.headroomBytes")
        .extractingPath("$.verdict")
        .isEqualTo("unknown");
    assertThat(get("/api/v1/fit?model=llama-3.1-405b"))
        .bodyJson()
        .doesNotHavePath("$.decode")
        .extractingPath("$.verdict")
        .isNotEqualTo("fits");
  }
}
