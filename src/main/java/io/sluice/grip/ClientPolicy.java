package io.sluice.grip;

/**
 * How many connections one client may have, and who gives way to one too many ({@code Grip-Client}). Immutable; any thread.
 *
 * @param max connections at once, 1 to {@link #MOST}
 * @param refuses whether the newcomer is refused; otherwise the oldest connection gives way to it
 */
public record ClientPolicy(int max, boolean refuses) {
    public static final int MOST = 100;

    /** One connection, the newest. */
    public static final ClientPolicy NEWEST = new ClientPolicy(1, false);

    /** One connection, the oldest. */
    public static final ClientPolicy OLDEST = new ClientPolicy(1, true);

    private static final String MAX = "max=";

    /**
     * Reads {@code newest}, {@code oldest} or {@code max=N}.
     *
     * @throws GripException with the text and the rule that it breaks
     */
    public static ClientPolicy parse(String text) throws GripException {
        return switch (text) {
            case "newest" -> NEWEST;
            case "oldest" -> OLDEST;
            default -> {
                if (!text.startsWith(MAX)) {
                    throw new GripException("policy '" + text + "' must be newest, oldest or max=N");
                }
                yield NEWEST.withMax(text.substring(MAX.length()));
            }
        };
    }

    /** @throws GripException when the text is no number in range */
    ClientPolicy withMax(String text) throws GripException {
        String rule = "max '" + text + "' must be a number from 1 to " + MOST;
        int number = InstructionHeaders.integer(text, rule);
        if (number < 1 || number > MOST) {
            throw new GripException(rule);
        }
        return new ClientPolicy(number, refuses);
    }

    @Override
    public String toString() {
        String mode = refuses ? "oldest" : "newest";
        return max == 1 ? mode : mode + "," + MAX + max;
    }
}
