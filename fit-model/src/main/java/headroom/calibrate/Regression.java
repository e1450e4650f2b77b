package headroom.calibrate;

import headroom.speed.DeviceTraits;
import headroom.speed.Term;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Finds the constants that make measurements most likely: Gauss and Newton's steps on robust
 * residuals (Huber 1964, doi 10.1214/aoms/1177703732) beside a belief about each constant.
 *
 * @param terms the constants
 * @param rates the constants of one kind of device from the logarithms of all
 * @param noise standard deviation of a measurement's logarithm that no constant explains
 * @param robust residual above which a measurement counts by its distance, not by its square
 * @param perDevice measurements of one device that count in full; more share that weight
 * @param <R> constants of one kind of device
 */
record Regression<R>(
    Term[] terms,
    BiFunction<double[], DeviceTraits, R> rates,
    double noise,
    double robust,
    double perDevice) {
  private static final int STEPS = 25;
  private static final double SMALL = 1e-4;
  private static final double LONGEST_STEP = 0.7;
  private static final double DONE = 1e-5;

  /**
   * Fits the free terms and leaves the others as they are.
   *
   * @param start logarithms to begin with; those of terms that are not free stay
   */
  double[] fit(List<Observation<R>> rows, double[] start, boolean[] free) {
    double[] logs = start.clone();
    double[] weights = weights(rows);
    int n = terms.length;
    for (int step = 0; step < STEPS; step++) {
      double[] base = predict(rows, logs);
      double[][] slopes = new double[n][];
      for (int j = 0; j < n; j++) {
        if (free[j]) {
          double[] moved = logs.clone();
          moved[j] += SMALL;
          slopes[j] = predict(rows, moved);
          for (int i = 0; i < base.length; i++) {
            slopes[j][i] = (slopes[j][i] - base[i]) / SMALL;
          }
        } else {
          slopes[j] = new double[base.length];
        }
      }
      double[][] matrix = new double[n][n];
      double[] right = new double[n];
      for (int j = 0; j < n; j++) {
        double trust = 1 / (terms[j].spread() * terms[j].spread());
        matrix[j][j] += trust;
        right[j] = free[j] ? trust * (Math.log(terms[j].believed()) - logs[j]) : 0;
      }
      for (int i = 0; i < base.length; i++) {
        double residual = rows.get(i).logSeconds() - base[i];
        double weight =
            weights[i]
                * Math.min(1, robust / Math.max(Math.abs(residual), 1e-12))
                / (noise * noise);
        for (int j = 0; j < n; j++) {
          if (slopes[j][i] == 0) {
            continue;
          }
          right[j] += weight * slopes[j][i] * residual;
          for (int k = 0; k < n; k++) {
            matrix[j][k] += weight * slopes[j][i] * slopes[k][i];
          }
        }
      }
      double[] change = solve(matrix, right);
      double largest = 0;
      for (int j = 0; j < n; j++) {
        double bounded = Math.clamp(change[j], -LONGEST_STEP, LONGEST_STEP);
        logs[j] += free[j] ? bounded : 0;
        largest = Math.max(largest, Math.abs(bounded));
      }
      if (largest < DONE) {
        break;
      }
    }
    return logs;
  }

  /** Rows that a constant had a part in. */
  int[] rowsOf(List<Observation<R>> rows, double[] logs) {
    double[] base = predict(rows, logs);
    int[] counts = new int[terms.length];
    for (int j = 0; j < terms.length; j++) {
      double[] moved = logs.clone();
      moved[j] += 0.01;
      double[] other = predict(rows, moved);
      for (int i = 0; i < base.length; i++) {
        counts[j] += Math.abs(other[i] - base[i]) > 1e-9 ? 1 : 0;
      }
    }
    return counts;
  }

  /** Logarithms of the predicted times. */
  double[] predict(List<Observation<R>> rows, double[] logs) {
    Map<DeviceTraits, R> known = new HashMap<>();
    double[] predicted = new double[rows.size()];
    for (int i = 0; i < predicted.length; i++) {
      Observation<R> row = rows.get(i);
      R here = known.computeIfAbsent(row.traits(), traits -> rates.apply(logs, traits));
      predicted[i] = row.predict().applyAsDouble(here);
    }
    return predicted;
  }

  private double[] weights(List<Observation<R>> rows) {
    Map<String, Integer> counts = new HashMap<>();
    rows.forEach(row -> counts.merge(row.source().device(), 1, Integer::sum));
    return rows.stream()
        .mapToDouble(row -> Math.min(1, perDevice / counts.getOrDefault(row.source().device(), 1)))
        .toArray();
  }

  /** Gauss's elimination with pivots; the matrix is positive definite. */
  private static double[] solve(double[][] matrix, double[] right) {
    int n = right.length;
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int row = column + 1; row < n; row++) {
        if (Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column])) {
          pivot = row;
        }
      }
      double[] line = matrix[pivot];
      matrix[pivot] = matrix[column];
      matrix[column] = line;
      double value = right[pivot];
      right[pivot] = right[column];
      right[column] = value;
      for (int row = column + 1; row < n; row++) {
        double factor = matrix[row][column] / line[column];
        if (factor == 0) {
          continue;
        }
        for (int k = column; k < n; k++) {
          matrix[row][k] -= factor * line[k];
        }
        right[row] -= factor * value;
      }
    }
    double[] solution = new double[n];
    for (int row = n - 1; row >= 0; row--) {
      double sum = right[row];
      for (int k = row + 1; k < n; k++) {
        sum -= matrix[row][k] * solution[k];
      }
      solution[row] = sum / matrix[row][row];
    }
    return solution;
  }
}
