package headroom.inference.evaluation;

/**
 * A mean over tokens.
 *
 * @param value of what was measured
 * @param error its standard error, 0 where there are too few tokens to tell
 */
public record Estimate(double value, double error) {}
