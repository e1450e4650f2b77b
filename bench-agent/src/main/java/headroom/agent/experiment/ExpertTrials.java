package headroom.agent.experiment;

import headroom.inference.LanguageModel;
import headroom.inference.decode.Session;
import headroom.kv.KvCacheSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Mixtures of experts with fewer experts for each token. */
final class ExpertTrials {
  private ExpertTrials() {}

  /** As many experts a token as the model was made for, half as many, and one. */
  static List<Row> fewer(Setting setting) throws IOException {
    int usual = usual(setting);
    List<Row> rows = new ArrayList<>();
    try (Session base = setting.session()) {
      rows.add(setting.timed(Row.named(experts(usual)), base).quality(setting.quality(base, null)));
      for (int active : usual > 3 ? new int[] {usual / 2, 1} : new int[] {1}) {
        rows.add(with(setting, active, base));
      }
    }
    return rows;
  }

  private static int usual(Setting setting) {
    String architecture = setting.model().header().metadata().getString("general.architecture");
    long usual =
        setting.model().header().metadata().findLong(architecture + ".expert_used_count").orElse(0);
    if (usual < 2) {
      throw new NotForThisModelException(
          "%s has not several experts for a token; wanted a model such as mixtral or qwen 3 moe"
              .formatted(setting.file().getFileName()));
    }
    return (int) usual;
  }

  private static Row with(Setting setting, int active, Session base) throws IOException {
    try (LanguageModel model =
            LanguageModel.load(setting.file(), setting.options().withActiveExperts(active));
        Session session = model.newSession(KvCacheSpec.f16(setting.context()))) {
      return setting
          .timed(Row.named(experts(active)), session)
          .quality(setting.quality(session, base));
    }
  }

  private static String experts(int count) {
    return count == 1 ? "1 expert a token" : "%d experts a token".formatted(count);
  }
}
