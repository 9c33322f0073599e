package io.sluice.proxy;

import io.sluice.grip.GripException;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketEvent;
import io.sluice.grip.SocketEvents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An origin's answer in WebSocket-over-HTTP.
 *
 * @param events null when the answer is not one of this protocol: then {@code response} is what it said
 */
record EventsAnswer(Headers headers, @Nullable List<SocketEvent> events, GripResponse response) {

    /** @throws GripException when it says that it is one, and isn't */
    static EventsAnswer of(GripResponse response) throws GripException {
        boolean speaks = response.status() == 200
                && SocketEvents.isMediaType(response.headers().first("Content-Type"));
        return new EventsAnswer(response.headers(), speaks ? SocketEvents.decode(response.body()) : null, response);
    }

    /** Bytes of the offered content that the origin has accepted; -1 for all. */
    int accepted() throws GripException {
        String accepted = headers.first("Content-Bytes-Accepted");
        if (accepted == null) {
            return -1;
        }
        if (!accepted.strip().matches("[0-9]{1,9}")) {
            throw new GripException("Content-Bytes-Accepted is not a number");
        }
        return Integer.parseInt(accepted.strip());
    }

    /** Seconds of silence after which the origin wants to be asked; 0 for never, -1 when it says nothing. */
    int keepAliveSeconds() {
        String interval = headers.first("Keep-Alive-Interval");
        if (interval == null) {
            return -1;
        }
        if (!interval.strip().matches("[0-9]{1,9}")) {
            return 0;
        }
        int seconds = Integer.parseInt(interval.strip());
        return seconds == 0 ? 0 : Math.max(seconds, MIN_KEEP_ALIVE_SECONDS);
    }

    private static final int MIN_KEEP_ALIVE_SECONDS = 20;
}
