package io.sluice.origin;

/**
 * Where a client asked.
 *
 * @param scheme {@code http} or {@code https}, by what the client used (forwarded protocol counted when accepted)
 * @param authority host[:port], as in the Host header
 * @param path encoded, with the query
 */
public record ClientUri(String scheme, String authority, String path) {
    public boolean tls() {
        return scheme.equals("https");
    }

    @Override
    public String toString() {
        return scheme + "://" + authority + path;
    }
}
