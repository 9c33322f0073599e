package io.sluice.fanout;

import io.sluice.wire.EncodedItem;
import org.jspecify.annotations.Nullable;

/** A connection's session as the fan-out loop sees it. All calls on its event loop; none may block or throw. */
public interface Subscriber {
    /**
     * An item of a channel it is subscribed to, in the channel's order, that has a format for the subscription's mode. The item is the caller's: keep {@code item.item()}, not
     * this, beyond the call.
     *
     * @param channel the full name subscribed to
     */
    void deliver(String channel, EncodedItem item);

    /** What the session holds may be old: ask the origin again, at low priority (recover command, first subscription,
     * a subscription that the home confirmed late). A session of several channels may be told once for each. */
    void update();

    /** A channel that it is subscribed to is refreshed: have the origin asked at once, if it is one that is asked. */
    default void refresh() {}

    /** Items of a channel with a log are missing, and the log has them no more: whoever has an origin to ask asks it, others end. */
    default void gap() {
        update();
    }

    /** Id of the client whose connection it is; null where it has none. */
    default @Nullable String clientId() {
        return null;
    }
}
