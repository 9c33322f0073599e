package io.sluice.proxy;

import io.sluice.fanout.Subscribed;
import io.sluice.fanout.TimerWheel;
import java.util.HashSet;
import java.util.Set;

/**
 * Channels of an event loop that had no subscription before: what was published between an origin's reading and the first
 * subscription was seen by nobody, so whoever subscribes within that time has to ask again (GRIP, update on first
 * subscription). Event loop only.
 */
final class FirstSubscriptions {
    static final int UPDATE_MILLIS = 1000;

    private final TimerWheel timers;
    private final boolean enabled;
    private final Set<String> recent = new HashSet<>();

    FirstSubscriptions(TimerWheel timers, boolean enabled) {
        this.timers = timers;
        this.enabled = enabled;
    }

    /** Whether a session so subscribed may have missed something that nobody can tell it of. */
    boolean mayHaveMissed(String channel, Subscribed state) {
        if (!enabled || state.lastId() != null) {
            return false;
        }
        if ((state.first() || !state.confirmed()) && recent.add(channel)) {
            timers.schedule(UPDATE_MILLIS, () -> recent.remove(channel));
        }
        return recent.contains(channel);
    }
}
