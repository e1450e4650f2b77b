package headroom.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNamesTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  @ParameterizedTest
  @CsvSource({
    "rtx 4090, nvidia-geforce-rtx-4090",
    "RTX4090, nvidia-geforce-rtx-4090",
    "4090, nvidia-geforce-rtx-4090",
    "nvidia rtx 4090 laptop, nvidia-geforce-rtx-4090",
    "rtx 3060 ti, nvidia-geforce-rtx-3060-ti",
    "7900xtx, amd-radeon-rx-7900-xtx",
    "gefroce rtx 3090, nvidia-geforce-rtx-3090",
    "h100 sxm, nvidia-h100-sxm5-80-gb",
    "arc b580, intel-arc-b580"
  })
  void devicesAreFoundByTheWordsPeopleUse(String text, String id) {
    assertThat(CATALOGUE.nearestDevices(text, 2)).extracting(CatalogueDevice::id).contains(id);
    assertThat(CATALOGUE.nearestDevices(text, 2)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "llama3.1 8b, llama-3.1-8b",
    "Llama-3.1-8B-Instruct, llama-3.1-8b",
    "lama 3.1 8b, llama-3.1-8b",
    "qwen3 32, qwen3-32b",
    "mixtral, mixtral-8x7b",
    "gpt oss 20, gpt-oss-20b",
    "deepseek r1, deepseek-r1"
  })
  void modelsAreFoundByTheWordsPeopleUse(String text, String id) {
    assertThat(CATALOGUE.nearestModels(text, 3)).extracting(CatalogueModel::id).contains(id);
  }

  @Test
  void formatsAreFoundToo() {
    assertThat(CATALOGUE.nearestWeightFormats("gptq4", 3))
        .extracting(CatalogueWeightFormat::id)
        .allMatch(id -> id.startsWith("gptq-4bit"));
    assertThat(CATALOGUE.nearestCacheFormats("q9_0", 4))
        .extracting(CatalogueCacheFormat::id)
        .contains("q8_0");
  }

  @ParameterizedTest
  @CsvSource({"Q4_KM, Q4_K_M", "q4km, Q4_K_M", "Q5K_S, Q5_K_S", "iq4xs, IQ4_XS"})
  void namesThatDifferInPunctuationAloneComeFirst(String text, String name) {
    List<String> mixes = CATALOGUE.mixes().stream().map(mix -> mix.mix().id()).toList();
    assertThat(NearestNames.among(mixes, Function.identity(), text, 3)).first().isEqualTo(name);
  }

  @Test
  void everyIdIsNearestToItself() {
    assertThat(CATALOGUE.models())
        .allMatch(model -> CATALOGUE.nearestModels(model.id(), 1).getFirst().equals(model));
    assertThat(CATALOGUE.devices())
        .allMatch(device -> CATALOGUE.nearestDevices(device.id(), 1).getFirst().equals(device));
  }

  @Test
  void oddTextsStillGetAnAnswer() {
    assertThat(CATALOGUE.nearestModels("", 3)).hasSize(3);
    assertThat(CATALOGUE.nearestModels("\u2603 <b>'", 3)).hasSize(3);
    assertThat(CATALOGUE.nearestModels("x".repeat(100_000), 3)).hasSize(3);
    assertThat(CATALOGUE.nearestModels("llama", 0)).isEmpty();
  }
}
