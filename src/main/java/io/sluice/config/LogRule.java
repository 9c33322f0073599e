package io.sluice.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which channels have a log, and how much of it is kept: an entry of {@code channels.log}, {@code PATTERN items=N bytes=N seconds=N}.
 *
 * @param pattern of full channel names, a route's prefix included; {@code *} stands for any run of characters
 * @param items newest items kept at most
 * @param bytes of items kept at most; one larger item is kept alone
 * @param seconds that an item is kept at most
 */
public record LogRule(String pattern, int items, int bytes, int seconds) {
    static final int MAX_ITEMS = 100_000;
    static final int MAX_BYTES = 16 << 20;
    static final int MAX_SECONDS = 86_400;

    private static final String RULE = "must be PATTERN and then any of items=1 to " + MAX_ITEMS + ", bytes=1000 to "
            + MAX_BYTES + ", seconds=1 to " + MAX_SECONDS + ", with spaces between";
    private static final Pattern BOUND = Pattern.compile("(items|bytes|seconds)=(\\d{1,9})");
    private static final Map<String, Integer> LEAST = Map.of("items", 1, "bytes", 1000, "seconds", 1);
    private static final Map<String, Integer> MOST =
            Map.of("items", MAX_ITEMS, "bytes", MAX_BYTES, "seconds", MAX_SECONDS);

    /** Reads an entry; a bound not given is 1000 items, 1,000,000 bytes, 300 seconds. */
    static LogRule parse(String text) throws BadSetting {
        String[] words = text.strip().split("\\s+");
        int items = 1000;
        int bytes = 1_000_000;
        int seconds = 300;
        if (words[0].isEmpty() || BOUND.matcher(words[0]).matches()) {
            throw BadSetting.of(RULE, text);
        }
        for (int i = 1; i < words.length; i++) {
            Matcher bound = BOUND.matcher(words[i]);
            if (!bound.matches()) {
                throw BadSetting.of(RULE, text);
            }
            int value = Integer.parseInt(bound.group(2));
            String name = bound.group(1);
            if (value < LEAST.getOrDefault(name, 0) || value > MOST.getOrDefault(name, 0)) {
                throw BadSetting.of(RULE, text);
            }
            switch (name) {
                case "items" -> items = value;
                case "bytes" -> bytes = value;
                default -> seconds = value;
            }
        }
        return new LogRule(words[0], items, bytes, seconds);
    }

    public boolean matches(String channel) {
        return ChannelPattern.matches(pattern, channel);
    }
}
