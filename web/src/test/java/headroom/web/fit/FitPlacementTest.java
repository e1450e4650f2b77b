package headroom.web.fit;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.web.SiteTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class FitPlacementTest extends SiteTest {
  private static final String TWO_CARDS =
      "?model=gpt-oss-120b&quant=MXFP4_MOE&device=nvidia-geforce-rtx-3090"
          + "&device2=nvidia-geforce-rtx-3090&gpuLayers=auto";

  @Test
  void autoSaysWhatGoesToTheHostAndHowToStartIt() {
    assertThat(page("/fit" + TWO_CARDS))
        .containsPattern("Fits with a part on the host: experts of \\d+ of 36 layers on the host")
        .contains("on 2 × NVIDIA GeForce RTX 3090, 8,192 tokens")
        .contains("Device 1, NVIDIA GeForce RTX 3090: ")
        .containsPattern(
            "id=\"device-memory-2\">Device 2, NVIDIA GeForce RTX 3090: \\d+ of 36 layers and the"
                + " output<")
        .containsPattern(
            "llama-server -m gpt-oss-120b-MXFP4_MOE.gguf -ngl 37 --n-cpu-moe \\d+ -sm layer")
        .contains("./headroom fit --model gpt-oss-120b --device 2xnvidia-geforce-rtx-3090")
        .contains("--gpu-layers auto")
        .contains(
            "if the host has <span>dual-channel DDR5-5600 (89.6 GB/s)</span>, which is assumed")
        .contains("<a href=\"#hostBandwidth\">what yours has</a>");
    assertThat(page("/fit" + TWO_CARDS + "&hostMemory=64GiB&hostBandwidth=80"))
        .contains("if they had room for it, it would decode at <strong>")
        .contains("decode at the full context")
        .contains("--host-memory 64GiB --host-bandwidth 80");
  }

  @Test
  void countBeforeANameMeansSeveral() {
    assertThat(page("/fit?model=llama-3.1-70b&device=2xnvidia-geforce-rtx-3090"))
        .contains("on 2 × NVIDIA GeForce RTX 3090, 8,192 tokens")
        .contains("Device 2, NVIDIA GeForce RTX 3090: ")
        .contains("/fit?model=llama-3.1-70b&amp;device=2xnvidia-geforce-rtx-3090&amp;quant=Q6_K");
  }

  @Test
  void whatWouldMakeItFitIsALinkAndWhatWouldNotIsSaid() {
    assertThat(page("/fit?model=deepseek-v3&context=32768"))
        .contains("What would make it fit")
        .containsPattern(
            "href=\"/fit\\?model=deepseek-v3[^\"]*gpuLayers=auto\">Experts of 60 layers on the"
                + " host")
        .containsPattern(
            "href=\"/fit\\?model=deepseek-v3&amp;device=\\d\\dxnvidia-geforce-rtx-4090")
        .contains("What would not, by itself")
        .containsPattern(
            "Weights as IQ1_S</span>: <span>still [\\d.]+ GiB short; there is room for");
    assertThat(page("/fit")).doesNotContain("What would");
  }

  @Test
  void aRemedysLinkIsAnAnswerThatFits() {
    String html = page("/fit?model=llama-3.1-70b");
    java.util.regex.Matcher link =
        java.util.regex.Pattern.compile("<li><a href=\"(/fit[^\"]+)\">").matcher(html);
    int links = 0;
    while (link.find()) {
      links++;
      assertThat(page(link.group(1).replace("&amp;", "&")))
          .as(link.group(1))
          .doesNotContain("Does not fit:")
          .contains("to spare");
    }
    assertThat(links).isGreaterThan(3);
  }

  @Test
  void theEngineIsNamedAndItsOwnLineShown() {
    assertThat(
            page(
                "/fit?model=llama-3.1-70b&quant=awq-4bit-g128&engine=vllm"
                    + "&device=4xnvidia-geforce-rtx-3090"))
        .contains("run by vllm")
        .contains("vllm serve llama-3.1-70b --tensor-parallel-size 4")
        .contains("--engine vllm");
    assertThat(page("/fit?engine=mlx"))
        .contains("MLX runs on Apple silicon, not on NVIDIA GeForce RTX 4090")
        .contains("llama-server");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "device2=rtx4091     | device2       | ‘rtx4091’ is no device of the catalogue",
        "device=2xrtx4091    | device        | ‘rtx4091’ is no device of the catalogue",
        "device=99xapple-m4-8c-16gb | device | names 99 devices; wanted at most 64",
        "engine=ollama       | engine        | ‘ollama’ is not one of llama.cpp, ik_llama.cpp,"
            + " vllm",
        "gpuLayers=most      | gpuLayers     | ‘most’ cannot be used; wanted all, auto or a number",
        "cpuMoe=-1           | cpuMoe        | ‘-1’ cannot be used; wanted a whole number",
        "split=columns       | split         | ‘columns’ is not one of usual, layer, row, tensor",
        "tensorSplit=3,1     | tensorSplit   | has 2 parts for 1 devices; wanted at most one for"
            + " each",
        "tensorSplit=much    | tensorSplit   | ‘much’ cannot be used; wanted a number for each"
            + " device",
        "hostMemory=64       | hostMemory    | ‘64’ is no amount of memory",
        "hostBandwidth=fast  | hostBandwidth | ‘fast’ is not a number",
      })
  void aValueThatCannotBeUsedIsNamedAtItsField(String parameter, String field, String fault) {
    String[] pair = parameter.split("=", 2);
    MvcTestResult answer = site.get().uri("/fit").param(pair[0], pair[1]).exchange();
    assertThat(answer).hasStatus(400);
    assertThat(body(answer)).contains(fault, "href=\"#" + field + "\"");
    MvcTestResult json = site.get().uri("/api/v1/fit").param(pair[0], pair[1]).exchange();
    assertThat(json).hasStatus(400);
    assertThat(json).bodyJson().extractingPath("$.errors." + field).asString().contains(fault);
  }

  @Test
  void programsAskByAddressOrByObject() throws Exception {
    MvcTestResult get = get("/api/v1/fit" + TWO_CARDS + "&hostBandwidth=80");
    MvcTestResult post =
        site.post()
            .uri("/api/v1/fit")
            .contentType(MediaType.APPLICATION_JSON)
            .content(
                """
                {"model": "gpt-oss-120b", "quant": "MXFP4_MOE", "device": "nvidia-geforce-rtx-3090",
                 "device2": "nvidia-geforce-rtx-3090", "gpuLayers": "auto", "hostBandwidth": 80}
                """)
            .exchange();
    assertThat(get).hasStatusOk();
    assertThat(post).hasStatusOk();
    assertThat(body(post)).isEqualTo(body(get));
    assertThat(post)
        .bodyJson()
        .extractingPath("$.cards[1].id")
        .isEqualTo("nvidia-geforce-rtx-3090#2");
    assertThat(post)
        .bodyJson()
        .extractingPath("$.placement.expertLayersOnHost")
        .asNumber()
        .satisfies(layers -> assertThat(layers.intValue()).isBetween(8, 11));
    assertThat(post).bodyJson().extractingPath("$.command").asString().startsWith("llama-server");
    assertThat(get("/api/v1/fit?model=deepseek-v3"))
        .bodyJson()
        .extractingPath("$.remedies[0].what")
        .asString()
        .contains("--n-cpu-moe");
    assertThat(page("/v3/api-docs")).contains("gpuLayers", "hostBandwidth");
  }

  @Test
  void anObjectThatIsNoneIsRefused() {
    assertThat(
            site.post()
                .uri("/api/v1/fit")
                .contentType(MediaType.APPLICATION_JSON)
                .content("[1]")
                .exchange())
        .hasStatus(400);
  }
}
