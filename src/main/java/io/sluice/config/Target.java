package io.sluice.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a route sends requests.
 *
 * @param test the built-in test handler; host and port mean nothing then
 * @param tls to the origin
 * @param insecure do not verify its certificate
 * @param trustConnectHost verify the certificate against the connect host rather than the request's
 * @param clientCert PEM file for mutual TLS
 * @param hostHeader host[:port] for the URI and the Host header; null for the client's
 * @param untrusted private addresses are refused for this target and requests derived from it
 * @param overHttp WebSockets go to it as WebSocket-over-HTTP
 * @param oneEvent one WebSocket event a request
 * @param implicitChannels full names that every hold through this target is subscribed to
 */
public record Target(
        boolean test,
        String host,
        int port,
        boolean tls,
        boolean insecure,
        boolean trustConnectHost,
        @Nullable String clientCert,
        @Nullable String clientKey,
        @Nullable String hostHeader,
        boolean untrusted,
        boolean overHttp,
        boolean oneEvent,
        List<String> implicitChannels) {

    @Override
    public String toString() {
        return test ? "test" : (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
