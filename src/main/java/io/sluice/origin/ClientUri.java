package io.sluice.origin;

import java.util.Locale;

/**
 * Where a client asked; or any absolute http URI.
 *
 * @param scheme {@code http} or {@code https}, by what the client used (forwarded protocol counted when accepted)
 * @param authority host[:port], as in the Host header
 * @param path encoded, with the query
 */
public record ClientUri(String scheme, String authority, String path) {

    public boolean tls() {
        return scheme.equals("https");
    }

    /** Lower case, without port; an IPv6 address without brackets. */
    public String host() {
        String host = authority.substring(0, hostEnd()).toLowerCase(Locale.ROOT);
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** The port given, else the scheme's own; -1 when what is given is not a port. */
    public int port() {
        String port = authority.substring(Math.min(hostEnd() + 1, authority.length()));
        if (port.isEmpty()) {
            return tls() ? 443 : 80;
        }
        return portNumber(port);
    }

    /** The path without the query. */
    public String pathOnly() {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    /** The query without its question mark; empty when there is none. */
    public String query() {
        int query = path.indexOf('?');
        return query < 0 ? "" : path.substring(query + 1);
    }

    /** Whether scheme, host and effective port are the same. */
    public boolean sameOrigin(ClientUri other) {
        return scheme.equals(other.scheme) && port() == other.port() && host().equals(other.host());
    }

    @Override
    public String toString() {
        return scheme + "://" + authority + path;
    }

    /** Where the port's colon stands, or the end. */
    private int hostEnd() {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? colon : authority.length();
    }

    private static int portNumber(String digits) {
        if (!digits.matches("[0-9]{1,5}")) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= 65_535 ? port : -1;
    }
}
