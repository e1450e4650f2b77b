package headroom.web.results;

/**
 * One thing wrong with an uploaded document.
 *
 * @param path JSON pointer of the fault (RFC 6901)
 * @param message what was found, what was wanted
 */
public record Fault(String path, String message) {}
