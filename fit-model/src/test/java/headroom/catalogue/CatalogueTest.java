package headroom.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import headroom.device.Device;
import headroom.device.DeviceKind;
import headroom.kv.CacheFormat;
import headroom.quant.FlatFormat;
import headroom.quant.QuantFormat;
import headroom.units.Bytes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final List<String> FOLDERS =
      List.of("models", "devices", "formats/weights", "formats/cache");

  @Test
  void everyFileBecomesOneThingUnderItsName() {
    assertThat(CATALOGUE.models()).hasSize(texts("models").size()).hasSizeGreaterThan(150);
    assertThat(CATALOGUE.devices()).hasSize(texts("devices").size()).hasSizeGreaterThan(300);
    assertThat(CATALOGUE.weightFormats()).hasSize(texts("formats/weights").size());
    assertThat(CATALOGUE.cacheFormats()).hasSize(texts("formats/cache").size());
    assertThat(CATALOGUE.model("llama-3.1-8b")).map(CatalogueModel::name).contains("Llama 3.1 8B");
    assertThat(CATALOGUE.model("llama-9")).isEmpty();
  }

  @Test
  void idsAreFitForUrls() {
    Stream<String> ids =
        Stream.of(
                CATALOGUE.models().stream().map(CatalogueModel::id),
                CATALOGUE.devices().stream().map(CatalogueDevice::id),
                CATALOGUE.weightFormats().stream().map(CatalogueWeightFormat::id),
                CATALOGUE.cacheFormats().stream().map(CatalogueCacheFormat::id))
            .flatMap(id -> id);
    assertThat(ids).allMatch(id -> id.matches("[a-z0-9][a-z0-9._-]*"));
  }

  @Test
  void nothingUnverifiedIsStored() {
    for (String folder : FOLDERS) {
      texts(folder)
          .forEach(
              (id, text) ->
                  assertThat(text.toLowerCase(Locale.ROOT))
                      .as(folder + "/" + id)
                      .doesNotContain("unverified")
                      .doesNotContain("recollection"));
    }
  }

  @Test
  void factsWithoutASourceAreAbsent() {
    // Neither licence nor release date of this model has a stored source.
    CatalogueModel model = CATALOGUE.model("llama-2-7b").orElseThrow();
    assertThat(model.licence()).isEmpty();
    assertThat(model.releaseDate()).isEmpty();
    // Nor have the tensor rates of this device.
    CatalogueDevice device = CATALOGUE.device("nvidia-h100-nvl-94-gb").orElseThrow();
    assertThat(device.device().compute().fp16TensorFp32Accumulate()).isEmpty();
    assertThat(device.notes()).isEmpty();
  }

  @Test
  void deviceBecomesWhatTheArithmeticNeeds() {
    Device device = CATALOGUE.device("nvidia-geforce-rtx-4090").orElseThrow().device();
    assertThat(device.kind()).isEqualTo(DeviceKind.DISCRETE_GPU);
    assertThat(device.memory()).contains(Bytes.ofGiB(24));
    assertThat(device.bandwidth().orElseThrow().gigabytesPerSecond()).isEqualTo(1008.0);
    assertThat(device.compute().fp16TensorFp32Accumulate()).hasValue(165.2);
    assertThat(device.computeCapability()).hasValue(8.9);
    assertThat(device.unifiedMemory()).isFalse();
  }

  @Test
  void memoryOfCpusIsBroughtByTheQuestion() {
    assertThat(CATALOGUE.devices().stream().filter(d -> d.vendor().equals("generic")))
        .isNotEmpty()
        .allMatch(d -> d.deviceKind() == DeviceKind.CPU_MEMORY && d.device().memory().isEmpty());
  }

  @Test
  void unknownBandwidthIsAbsent() {
    assertThat(CATALOGUE.device("intel-arc-pro-b70").orElseThrow().device().bandwidth()).isEmpty();
  }

  @Test
  void gpusOfAllKindsHaveTheirMemory() {
    Map<DeviceKind, Long> counted =
        CATALOGUE.devices().stream()
            .filter(d -> d.memory().sizeGib().isPresent())
            .collect(Collectors.groupingBy(CatalogueDevice::deviceKind, Collectors.counting()));
    assertThat(counted)
        .containsKeys(
            DeviceKind.DISCRETE_GPU,
            DeviceKind.DATACENTER_GPU,
            DeviceKind.APPLE_SOC,
            DeviceKind.APU)
        .doesNotContainKey(DeviceKind.CPU_MEMORY);
  }

  @Test
  void cacheFormatsOfGgmlTakeTheirBitsFromTheBlock() {
    assertThat(CATALOGUE.cacheFormat("q8_0")).contains(CacheFormat.of(QuantFormat.Q8_0));
    for (CatalogueCacheFormat format : CATALOGUE.cacheFormats()) {
      format
          .format()
          .ifPresent(
              known -> assertThat(known.id()).as("file " + format.id()).isEqualTo(format.id()));
    }
  }

  @Test
  void cacheFormatsWithoutKnownBitsAreShownButNotComputed() {
    assertThat(CATALOGUE.cacheFormats())
        .filteredOn(format -> format.format().isEmpty())
        .extracting(CatalogueCacheFormat::id)
        .containsExactly("kvquant-nuq3");
    assertThat(CATALOGUE.cacheFormat("kvquant-nuq3")).isEmpty();
  }

  @Test
  void weightFormatsCarryBitsAndSource() {
    FlatFormat gptq = CATALOGUE.weightFormat("gptq-4bit-g128").orElseThrow();
    // 4 bits of code, a 16-bit scale and a 4-bit zero point per 128 weights.
    assertThat(gptq.bitsPerWeight()).isEqualTo(4 + 16 / 128.0 + 4 / 128.0);
    assertThat(gptq.source()).contains("docs.vllm.ai");
  }

  @Test
  void bandwidthIsWhatClockAndBusGiveExceptWhereSourcesConflict() {
    List<String> apart =
        CATALOGUE.devices().stream()
            .filter(device -> offClock(device.memory()))
            .map(CatalogueDevice::id)
            .toList();
    assertThat(apart)
        .containsExactly(
            "intel-arc-a770-16gb",
            "nvidia-rtx-2000-ada-generation",
            "nvidia-rtx-5880-ada-generation");
  }

  private static boolean offClock(CatalogueDevice.Memory memory) {
    OptionalDouble clock =
        memory
            .bandwidthChecksGbPerS()
            .map(CatalogueDevice.BandwidthChecks::fromClock)
            .orElse(OptionalDouble.empty());
    return clock.isPresent()
        && Math.abs(clock.getAsDouble() / memory.bandwidthGbPerS().orElseThrow() - 1) > 0.05;
  }

  private static Map<String, String> texts(String folder) {
    return new TomlFolder(Catalogue.class, "headroom/catalogue/" + folder).texts();
  }
}
