package io.sluice.origin;

import io.sluice.grip.Headers;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule for {@code X-Forwarded-For} (GRIP proxies: {@code truncate:N} keeps the last N entries, {@code append} adds the
 * peer's address).
 *
 * @param passes the empty rule: the header is left as it is
 * @param keep entries to keep; -1 for all
 */
record ForwardedFor(boolean passes, int keep, boolean append) {
    static final String NAME = "X-Forwarded-For";

    /** Reads a rule that the configuration has checked; what it does not know has no effect. */
    static ForwardedFor parse(String rule) {
        int keep = -1;
        boolean append = false;
        for (String part : rule.split(",")) {
            String word = part.strip();
            if (word.equals("append")) {
                append = true;
            } else if (word.startsWith("truncate:")) {
                keep = count(word.substring("truncate:".length()));
            }
        }
        return new ForwardedFor(rule.isBlank(), keep, append);
    }

    private static int count(String digits) {
        try {
            return Math.max(0, Integer.parseInt(digits.strip()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    Headers apply(Headers headers, String peer) {
        if (passes) {
            return headers;
        }
        List<String> entries = new ArrayList<>();
        for (String line : headers.all(NAME)) {
            for (String entry : line.split(",")) {
                if (!entry.isBlank()) {
                    entries.add(entry.strip());
                }
            }
        }
        if (keep >= 0 && entries.size() > keep) {
            entries = new ArrayList<>(entries.subList(entries.size() - keep, entries.size()));
        }
        if (append && !peer.isEmpty()) {
            entries.add(peer);
        }
        Headers without = headers.without(NAME);
        return entries.isEmpty() ? without : without.with(NAME, String.join(", ", entries));
    }
}
