package io.sluice.config;

/** What becomes of a channel's items for a client whose outbox is full. */
public enum OverflowPolicy {
    /** What comes is dropped; what waits goes out. */
    DROP_NEWEST("drop-newest"),
    /** The oldest that waits of the channel is dropped for what comes. */
    DROP_OLDEST("drop-oldest"),
    /** As soon as anything waits: of each key only the latest does. */
    CONFLATE("conflate"),
    /** The connection ends. */
    DISCONNECT("disconnect"),
    /** What comes is left in the channel's log, and read there when what waits has gone out. */
    CATCH_UP("catch-up");

    private final String text;

    OverflowPolicy(String text) {
        this.text = text;
    }

    /** As in the settings. */
    public String text() {
        return text;
    }

    /** Whether an item that waits may be dropped for another one. */
    public boolean sheds() {
        return this != DISCONNECT && this != CATCH_UP;
    }
}
