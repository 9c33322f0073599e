package io.sluice.protocol;

import io.sluice.grip.Headers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request as the origin got it. The body is empty for scripts that read it themselves. */
@SuppressWarnings("ArrayRecordComponent") // bytes of a test
record Received(String method, String target, Headers headers, byte[] body) {
    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    String query() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }

    @Nullable
    String header(String name) {
        return headers.first(name);
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
