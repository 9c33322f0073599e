package io.sluice.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of the routes file (GRIP, routes file).
 *
 * @param id explicit, or made from the condition
 * @param explicitId whether the line gave the id
 * @param host exact, lower case; {@code *} for any; empty when the route is found by id only
 * @param protocol null when the line does not care
 * @param tls null when the line does not care
 * @param pathBegin raw prefix of the encoded path; empty for any
 * @param sigIss null to use the global one
 * @param sigKey key specification; null to use the global one
 * @param prefix of channel names subscribed to through this route
 * @param origHeaders duplicate client headers under a mark
 * @param asHost host[:port] to pretend; null for the request's
 * @param pathRemove first bytes of the path to remove
 * @param replaceBegin replaces the matched {@code pathBegin}; null leaves it
 * @param headers request headers to set; an empty value removes
 * @param compression agree to compress WebSocket messages
 * @param logLevel 0 to 4; null for the global one
 * @param client where the ids of its clients come from, for one connection per client; null when only the origin names them
 * @param line in its source, from 1
 */
public record Route(
        String id,
        boolean explicitId,
        String host,
        @Nullable Protocol protocol,
        @Nullable Boolean tls,
        String pathBegin,
        @Nullable String sigIss,
        @Nullable String sigKey,
        String prefix,
        boolean origHeaders,
        @Nullable String asHost,
        int pathRemove,
        @Nullable String replaceBegin,
        List<HeaderRule> headers,
        boolean debug,
        boolean autoCrossOrigin,
        Jsonp jsonp,
        boolean noGrip,
        boolean compression,
        @Nullable Integer logLevel,
        List<Target> targets,
        @Nullable ClientRule client,
        int line) {

    /** Of the client's request. */
    public enum Protocol {
        HTTP,
        WS,
    }

    /** A request header to set, or with an empty value to remove. */
    public record HeaderRule(String name, String value) {}

    /** JSON-P parameter names and defaults; null where the protocol's own apply (GRIP, JSON-P). */
    public record Jsonp(
            boolean extended,
            String callbackParameter,
            @Nullable String bodyParameter,
            @Nullable String defaultCallback,
            String defaultMethod) {}
}
