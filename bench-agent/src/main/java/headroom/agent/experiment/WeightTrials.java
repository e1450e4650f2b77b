package headroom.agent.experiment;

import headroom.inference.LanguageModel;
import headroom.inference.decode.Session;
import headroom.inference.kernel.Threads;
import headroom.inference.quantize.QuantizationPlan;
import headroom.inference.quantize.Quantizer;
import headroom.inference.tensor.WeightFile;
import headroom.kv.KvCacheSpec;
import headroom.quant.GgufMix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The model itself in fewer bits. */
final class WeightTrials {
  private WeightTrials() {}

  static Experiment.Trial formats(GgufMix... formats) {
    return setting -> {
      List<Row> rows = new ArrayList<>();
      try (Session base = setting.session()) {
        rows.add(
            setting
                .timed(Row.named("the file as it is"), base)
                .weights(setting.fileBytes())
                .quality(setting.quality(base, null)));
        for (GgufMix format : formats) {
          rows.add(quantised(setting, format, base));
        }
      }
      return rows;
    };
  }

  private static Row quantised(Setting setting, GgufMix format, Session base) throws IOException {
    Path file = quantise(setting, format);
    try (LanguageModel model = LanguageModel.load(file, setting.options());
        Session session = model.newSession(KvCacheSpec.f16(setting.context()))) {
      return setting
          .timed(Row.named("weights " + format), session)
          .weights(Files.size(file))
          .quality(setting.quality(session, base));
    }
  }

  /** The model in another format, in the setting's folder. */
  static Path quantise(Setting setting, GgufMix format) throws IOException {
    Path out = setting.folder().resolve(format.id() + ".gguf");
    if (!Files.exists(out)) {
      try (WeightFile in = WeightFile.open(setting.file());
          Threads threads = new Threads(setting.options().threads())) {
        QuantizationPlan plan = QuantizationPlan.of(in.header(), format, false);
        Quantizer.write(in, plan, out, threads, _ -> {});
      }
    }
    return out;
  }
}
