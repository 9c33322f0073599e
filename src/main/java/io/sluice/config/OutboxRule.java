package io.sluice.config;

/**
 * An entry of {@code outbox.policy}: {@code PATTERN POLICY}.
 *
 * @param pattern of full channel names, a route's prefix included; {@code *} stands for any run of characters
 */
public record OutboxRule(String pattern, OverflowPolicy policy) {
    private static final String RULE =
            "must be PATTERN and one of drop-newest, drop-oldest, conflate, disconnect, catch-up, with a space between";

    static OutboxRule parse(String text) throws BadSetting {
        String[] words = text.strip().split("\\s+");
        if (words.length == 2) {
            for (OverflowPolicy policy : OverflowPolicy.values()) {
                if (policy.text().equals(words[1])) {
                    return new OutboxRule(words[0], policy);
                }
            }
        }
        throw BadSetting.of(RULE, text);
    }

    public boolean matches(String channel) {
        return ChannelPattern.matches(pattern, channel);
    }
}
