package io.sluice.protocol;

import io.sluice.grip.Headers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A response as it came over the socket, its body decoded from chunks. */
@SuppressWarnings("ArrayRecordComponent") // bytes of a test
public record Reply(String version, int status, String reason, Headers headers, byte[] body) {
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public @Nullable String header(String name) {
        return headers.first(name);
    }

    @Override
    public String toString() {
        return version + " " + status + " " + reason + " " + headers + " " + text();
    }
}
