package io.sluice.origin;

import io.sluice.grip.GripException;
import java.util.Locale;

/**
 * Where a client asked; or any absolute http URI.
 *
 * @param scheme {@code http} or {@code https}, by what the client used (forwarded protocol counted when accepted)
 * @param authority host[:port], as in the Host header
 * @param path encoded, with the query
 */
public record ClientUri(String scheme, String authority, String path) {

    /**
     * Reads an absolute URI.
     *
     * @throws GripException when it is relative, not http or https, has user information, or is not a URI
     */
    public static ClientUri parse(String absolute) throws GripException {
        return UriReference.parse(absolute).absolute();
    }

    /**
     * What the reference means here (RFC 3986, 5.2). A fragment is dropped, bytes outside of ASCII are percent-encoded.
     *
     * @throws GripException as {@link #parse}
     */
    public ClientUri resolve(String reference) throws GripException {
        return UriReference.parse(reference).against(this);
    }

    public boolean tls() {
        return scheme.equals("https");
    }

    /** Lower case, without port; an IPv6 address without brackets. */
    public String host() {
        String host = UriReference.host(authority).toLowerCase(Locale.ROOT);
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** The port given, else the scheme's own; -1 when what is given is not a port. */
    public int port() {
        String port = UriReference.port(authority);
        if (port.isEmpty()) {
            return tls() ? 443 : 80;
        }
        return UriReference.portNumber(port);
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
}
