package headroom.web.support;

/**
 * A link.
 *
 * @param href where it leads
 * @param label for people
 */
public record Link(String href, String label) {}
