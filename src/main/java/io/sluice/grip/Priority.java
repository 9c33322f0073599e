package io.sluice.grip;

/** How much an item matters when a client takes less than there is for it (the {@code priority} of a publish item). */
public enum Priority {
    LOW,
    NORMAL,
    HIGH;

    /** {@code low}, {@code normal}, {@code high}; in JSON. */
    public String text() {
        return switch (this) {
            case LOW -> "low";
            case NORMAL -> "normal";
            case HIGH -> "high";
        };
    }

    /** @throws GripException naming the rule */
    static Priority parse(String text) throws GripException {
        for (Priority priority : values()) {
            if (priority.text().equals(text)) {
                return priority;
            }
        }
        throw new GripException("priority must be low, normal or high");
    }
}
