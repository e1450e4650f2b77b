package headroom.calibrate;

import headroom.accuracy.SpeedCase;
import headroom.speed.Backend;
import headroom.speed.SpeedConstants;
import headroom.speed.SpeedConstants.Interval;
import headroom.speed.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The constants of one quantity with what they rest on.
 *
 * @param quantity {@code decode} or {@code prefill}
 * @param terms the constants
 * @param logs their logarithms
 * @param rows measurements that each had a part in
 * @param devices devices measured
 * @param intervals by class and {@code all}
 * @param leftOut logarithm of measured over predicted rate of each case whose device was left out
 */
record Fitted(
    String quantity,
    Term[] terms,
    double[] logs,
    int[] rows,
    int devices,
    Map<String, Interval> intervals,
    Map<String, Double> leftOut) {
  /** Measurements below which a class's interval is at least that of all. */
  private static final int ENOUGH_ROWS = 12;

  /** Measurements that widen the interval of all where they miss by more. */
  private static final int SOME_ROWS = 3;

  /** Fits tier A, then what only tiers B and C have measured: CPUs. */
  static <R> Fitted of(Quantity<R> quantity, List<SpeedCase> cases) {
    List<Observation<R>> main = quantity.observe(cases.stream().filter(Fitted::isMain).toList());
    List<Observation<R>> rest = quantity.observe(cases.stream().filter(Fitted::isOfCpu).toList());
    double[] logs = fit(quantity, main, rest);
    Map<String, Double> leftOut = leftOut(quantity, main, rest, main);
    leftOut.putAll(leftOut(quantity, main, rest, rest));
    List<Observation<R>> all = new ArrayList<>(main);
    all.addAll(rest);
    return new Fitted(
        quantity.name(),
        quantity.regression().terms(),
        logs,
        quantity.regression().rowsOf(all, logs),
        devices(all).size(),
        intervals(quantity, all, leftOut),
        leftOut);
  }

  /** Only the constants, without the work of leaving devices out. */
  static <R> double[] fit(
      Quantity<R> quantity, List<Observation<R>> main, List<Observation<R>> rest) {
    Term[] terms = quantity.regression().terms();
    boolean[] ofCpu = new boolean[terms.length];
    boolean[] others = new boolean[terms.length];
    for (Term term : terms) {
      // Headroom's own engine has too few runs: its belief is its one measurement.
      boolean own = term.key().contains("embedded");
      ofCpu[term.place()] = term.key().contains("cpu");
      others[term.place()] = !ofCpu[term.place()] && !own;
    }
    double[] logs = quantity.regression().fit(main, SpeedConstants.believed(terms), others);
    return quantity.regression().fit(rest, logs, ofCpu);
  }

  static boolean isMain(SpeedCase one) {
    return one.tier().equals("A") && one.setting().backend() != Backend.CPU;
  }

  static boolean isOfCpu(SpeedCase one) {
    return one.setting().backend() == Backend.CPU;
  }

  /** Residuals of the asked rows by constants that know nothing of their device. */
  static <R> Map<String, Double> leftOut(
      Quantity<R> quantity,
      List<Observation<R>> main,
      List<Observation<R>> rest,
      List<Observation<R>> asked) {
    Map<String, List<Observation<R>>> byDevice = new TreeMap<>();
    for (Observation<R> row : asked) {
      byDevice.computeIfAbsent(row.source().device(), key -> new ArrayList<>()).add(row);
    }
    Map<String, Double> residuals = new LinkedHashMap<>();
    double[] unaffected = null;
    for (Map.Entry<String, List<Observation<R>>> one : byDevice.entrySet()) {
      List<Observation<R>> mainLeft = without(main, one.getKey());
      List<Observation<R>> restLeft = without(rest, one.getKey());
      double[] logs;
      if (mainLeft.size() < main.size()) {
        logs = fit(quantity, mainLeft, restLeft);
      } else {
        unaffected = unaffected == null ? fit(quantity, main, rest) : unaffected;
        logs = restLeft.size() == rest.size() ? unaffected : refit(quantity, restLeft, unaffected);
      }
      double[] predicted = quantity.regression().predict(one.getValue(), logs);
      for (int i = 0; i < predicted.length; i++) {
        Observation<R> row = one.getValue().get(i);
        residuals.put(row.source().row().id(), predicted[i] - row.logSeconds());
      }
    }
    return residuals;
  }

  private static <R> double[] refit(
      Quantity<R> quantity, List<Observation<R>> rest, double[] logs) {
    Term[] terms = quantity.regression().terms();
    boolean[] ofCpu = new boolean[terms.length];
    for (Term term : terms) {
      ofCpu[term.place()] = term.key().contains("cpu");
    }
    return quantity.regression().fit(rest, logs, ofCpu);
  }

  private static <R> List<Observation<R>> without(List<Observation<R>> rows, String device) {
    return rows.stream().filter(row -> !row.source().device().equals(device)).toList();
  }

  private static <R> Set<String> devices(List<Observation<R>> rows) {
    Set<String> devices = new HashSet<>();
    rows.forEach(row -> devices.add(row.source().device()));
    return devices;
  }

  /** The middle 80 % of the residuals of devices left out, by class. */
  private static <R> Map<String, Interval> intervals(
      Quantity<R> quantity, List<Observation<R>> rows, Map<String, Double> leftOut) {
    Map<String, List<Observation<R>>> classes = new TreeMap<>();
    for (Observation<R> row : rows) {
      classes
          .computeIfAbsent(SpeedConstants.className(row.traits()), key -> new ArrayList<>())
          .add(row);
    }
    Map<String, Interval> intervals = new LinkedHashMap<>();
    List<Observation<R>> noCpu = rows.stream().filter(row -> !isOfCpu(row.source())).toList();
    Interval all = interval(noCpu, leftOut);
    intervals.put(quantity.name() + ".all", all);
    classes.forEach(
        (name, members) -> {
          Interval own = interval(members, leftOut);
          if (members.size() >= ENOUGH_ROWS) {
            intervals.put(quantity.name() + "." + name, own);
          } else if (members.size() >= SOME_ROWS) {
            intervals.put(quantity.name() + "." + name, own.widened(all));
          }
        });
    return intervals;
  }

  private static <R> Interval interval(List<Observation<R>> rows, Map<String, Double> leftOut) {
    double[] residuals =
        rows.stream()
            .mapToDouble(row -> leftOut.getOrDefault(row.source().row().id(), 0.0))
            .sorted()
            .toArray();
    int devices = devices(rows).size();
    // The quantiles of few rows lie too close together: one more row on each side at either end.
    double low = Math.min(quantile(residuals, 0.10), -0.03);
    double high = Math.max(quantile(residuals, 0.90), 0.03);
    return new Interval(round(Math.exp(low)), round(Math.exp(high)), residuals.length, devices);
  }

  /** With the (n + 1) p rule, which is the wider one. */
  private static double quantile(double[] sorted, double p) {
    double place = Math.clamp((sorted.length + 1) * p - 1, 0, sorted.length - 1.0);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  private static double round(double factor) {
    return Math.round(factor * 1000) / 1000.0;
  }

  /** Middle of the absolute residuals of the cases of these ids. */
  double medianLeftOut(Set<String> ids) {
    double[] sizes =
        leftOut.entrySet().stream()
            .filter(one -> ids.contains(one.getKey()))
            .mapToDouble(one -> Math.abs(one.getValue()))
            .sorted()
            .toArray();
    return sizes.length == 0 ? 0 : sizes[sizes.length / 2];
  }

  @Override
  public String toString() {
    return quantity + " " + Arrays.toString(logs) + new HashMap<>(intervals);
  }
}
