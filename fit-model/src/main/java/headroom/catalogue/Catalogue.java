package headroom.catalogue;

import headroom.device.ComputeRates;
import headroom.kv.CacheFormat;
import headroom.model.ModelSpec;
import headroom.quant.FlatFormat;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/** All curated models, devices and formats, read once and never changed. */
public final class Catalogue {
  private static final String ROOT = "headroom/catalogue/";

  private final Map<String, CatalogueModel> models;
  private final Map<String, CatalogueDevice> devices;
  private final Map<String, CatalogueWeightFormat> weightFormats;
  private final Map<String, CatalogueCacheFormat> cacheFormats;
  private final Map<String, CatalogueMix> mixes;
  private final Map<String, ModelSpec> specs = new ConcurrentHashMap<>();

  private Catalogue(
      Map<String, CatalogueModel> models,
      Map<String, CatalogueDevice> devices,
      Map<String, CatalogueWeightFormat> weightFormats,
      Map<String, CatalogueCacheFormat> cacheFormats,
      Map<String, CatalogueMix> mixes) {
    this.models = models;
    this.devices = devices;
    this.weightFormats = weightFormats;
    this.cacheFormats = cacheFormats;
    this.mixes = mixes;
  }

  /**
   * Reads every file of the catalogue.
   *
   * @throws CatalogueException where one cannot be read
   */
  public static Catalogue load() {
    return new Catalogue(
        folder("models").read(CatalogueModel.class),
        folder("devices").read(CatalogueDevice.class),
        folder("formats/weights").read(CatalogueWeightFormat.class),
        folder("formats/cache").read(CatalogueCacheFormat.class),
        folder("formats/mixes").read(CatalogueMix.class));
  }

  private static TomlFolder folder(String name) {
    return new TomlFolder(Catalogue.class, ROOT + name);
  }

  /** Every model, in order of ids. */
  public List<CatalogueModel> models() {
    return List.copyOf(models.values());
  }

  /** The model of this id; empty where none has it. */
  public Optional<CatalogueModel> model(String id) {
    return Optional.ofNullable(models.get(id));
  }

  /** The layers and tensors of a model of this catalogue, built once. */
  public ModelSpec spec(CatalogueModel model) {
    return specs.computeIfAbsent(model.id(), id -> model.spec());
  }

  /** Every device, in order of ids. */
  public List<CatalogueDevice> devices() {
    return List.copyOf(devices.values());
  }

  /** The device of this id; empty where none has it. */
  public Optional<CatalogueDevice> device(String id) {
    return Optional.ofNullable(devices.get(id));
  }

  /** The family of processors that a name belongs to; empty where none is known. */
  public Optional<ProcessorFamily> processor(String name) {
    return ProcessorFamily.all().stream().filter(family -> family.has(name)).findFirst();
  }

  /** Peak arithmetic of the processor of this name; unknown where no family has it. */
  public ComputeRates processorRates(String name) {
    return processorRates(name, OptionalInt.empty());
  }

  /**
   * The same with this many cores, where they were counted: virtual machines have fewer.
   *
   * @param cores counted; empty for those of the name
   */
  public ComputeRates processorRates(String name, OptionalInt cores) {
    return ProcessorFamily.chips().stream()
        .filter(chip -> chip.has(name))
        .findFirst()
        .map(chip -> chip.rates(name, cores))
        .orElse(ComputeRates.UNKNOWN);
  }

  /** Every weight format outside GGUF, in order of ids. */
  public List<CatalogueWeightFormat> weightFormats() {
    return List.copyOf(weightFormats.values());
  }

  /** The weight format of this id as the arithmetic takes it; empty where none has it. */
  public Optional<FlatFormat> weightFormat(String id) {
    return Optional.ofNullable(weightFormats.get(id)).map(CatalogueWeightFormat::format);
  }

  /** Every cache format, in order of ids. */
  public List<CatalogueCacheFormat> cacheFormats() {
    return List.copyOf(cacheFormats.values());
  }

  /**
   * The cache format of this id as the arithmetic takes it; empty where none has it or its bits are
   * not known.
   */
  public Optional<CacheFormat> cacheFormat(String id) {
    return Optional.ofNullable(cacheFormats.get(id)).flatMap(CatalogueCacheFormat::format);
  }

  /** What mixes of llama.cpp cost in quality, where that was published, in order of ids. */
  public List<CatalogueMix> mixes() {
    return List.copyOf(mixes.values());
  }

  /** Up to {@code count} models whose id or name is nearest to {@code text}, nearest first. */
  public List<CatalogueModel> nearestModels(String text, int count) {
    return nearest(models.values(), text, count, model -> model.id() + " " + model.name());
  }

  /** Up to {@code count} devices whose id or name is nearest to {@code text}, nearest first. */
  public List<CatalogueDevice> nearestDevices(String text, int count) {
    return nearest(devices.values(), text, count, device -> device.id() + " " + device.name());
  }

  /** Up to {@code count} weight formats whose id or name is nearest to {@code text}. */
  public List<CatalogueWeightFormat> nearestWeightFormats(String text, int count) {
    return nearest(
        weightFormats.values(), text, count, format -> format.id() + " " + format.name());
  }

  /** Up to {@code count} cache formats whose id or name is nearest to {@code text}. */
  public List<CatalogueCacheFormat> nearestCacheFormats(String text, int count) {
    return nearest(cacheFormats.values(), text, count, format -> format.id() + " " + format.name());
  }

  private static <T> List<T> nearest(
      Collection<T> things, String text, int count, java.util.function.Function<T, String> label) {
    return NearestNames.among(things, label, text, count);
  }
}
