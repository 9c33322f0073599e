package io.sluice.origin;

import io.sluice.config.Settings;
import io.sluice.grip.Headers;

/** Whose address a request has: what origins are told first in X-Forwarded-For, where a rule says which of its entries to believe. */
public final class ForwardedAddress {
    private static final int MAX_CHARS = 64;

    private ForwardedAddress() {}

    /** @param peer who has connected; the answer where no rule is set */
    public static String of(Settings.Grip grip, Headers headers, String peer, boolean trusted) {
        String rule = trusted ? grip.forwardedForTrusted() : grip.forwardedFor();
        if (rule.isBlank()) {
            return peer;
        }
        String line = ForwardedFor.parse(rule).apply(headers, peer).first(ForwardedFor.NAME);
        if (line == null) {
            return peer;
        }
        String first = line.split(",", 2)[0].strip();
        return first.equals(peer) || first.length() > MAX_CHARS ? peer : first;
    }
}
