package io.sluice.demo;

import io.vertx.core.http.HttpServerRequest;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How far a client has come, as its request says. */
final class DemoPosition {
    private static final Pattern LAST_ID = Pattern.compile("demo-log;\\s*last-id=\"?(\\d{1,18})");

    private DemoPosition() {}

    /**
     * A position from the gateway counts before the client's own; without either: only what is new. One from the future is from another
     * log, and knows nothing of this one.
     */
    static long of(HttpServerRequest request, @Nullable String fromClient, DemoLog log) {
        long last = log.last();
        long since = fromClient != null && fromClient.matches("\\d{1,18}") ? Long.parseLong(fromClient) : last;
        since = fromGateway(request).orElse(since);
        return since > last ? 0 : since;
    }

    /** What the gateway asks us to go on from, when it misses something: {@code Grip-Last: demo-log; last-id=N}. */
    static OptionalLong fromGateway(HttpServerRequest request) {
        Matcher matcher = LAST_ID.matcher(String.join(",", request.headers().getAll("Grip-Last")));
        return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
