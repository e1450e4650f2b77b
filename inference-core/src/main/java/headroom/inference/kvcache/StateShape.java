package headroom.inference.kvcache;

/**
 * A state of fixed size, whatever the number of tokens, kept in F32.
 *
 * @param convolution elements of the newest inputs of a short convolution
 * @param state elements of the recurrent state, 0 where there is none
 */
public record StateShape(int convolution, int state) implements CacheShape {}
