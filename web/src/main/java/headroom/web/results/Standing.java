package headroom.web.results;

import java.util.OptionalDouble;
import java.util.UUID;

/**
 * One row of a leaderboard: what one agent reached on one processor.
 *
 * @param run the run whose figures these are
 * @param median tokens per second
 * @param low lower end of its 95 % interval
 * @param high upper end
 * @param shareOfCeiling of the machine's measured read bandwidth
 * @param runs how many runs of this agent and processor the row stands for
 */
record Standing(
    UUID run,
    String agent,
    String cpu,
    String engine,
    String kernels,
    int threads,
    double median,
    double low,
    double high,
    OptionalDouble shareOfCeiling,
    int runs) {}
