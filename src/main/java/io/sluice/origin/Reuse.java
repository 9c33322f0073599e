package io.sluice.origin;

import io.sluice.grip.Headers;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How long a connection may stay unused after a response (RFC 9112, 9.3). */
final class Reuse {
    private Reuse() {}

    /** @return 0 when it is not to be used again */
    static long idleMillis(HttpVersion version, Headers response, int keepAliveSeconds) {
        boolean keep = version != HttpVersion.HTTP_1_0;
        for (String value : response.all("Connection")) {
            for (String token : value.split(",")) {
                String option = token.strip().toLowerCase(Locale.ROOT);
                if (option.equals("close")) {
                    return 0;
                }
                keep |= option.equals("keep-alive");
            }
        }
        return keep ? hinted(response.first("Keep-Alive"), keepAliveSeconds * 1000L) : 0;
    }

    /** An origin that says how long it waits is left a second before, so that no request meets its close. */
    private static long hinted(@Nullable String hint, long millis) {
        if (hint == null) {
            return millis;
        }
        for (String part : hint.split(",")) {
            String word = part.strip().toLowerCase(Locale.ROOT);
            if (word.startsWith("timeout=")) {
                try {
                    int seconds =
                            Integer.parseInt(word.substring("timeout=".length()).strip());
                    return Math.max(0, Math.min(millis, seconds * 1000L - 1000));
                } catch (NumberFormatException e) {
                    return millis;
                }
            }
        }
        return millis;
    }
}
