package io.sluice.proxy;

import io.sluice.origin.ClientUri;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What outlives one hold of a client's request, when the request is sent to the origin again. Event loop only. */
final class RequestMemory {
    /** Where to tell that the client has gone; from the first instruction that named it. */
    private @Nullable ClientUri gone;

    private boolean updatedOnFirst;
    private final Map<String, String> conflicts = new HashMap<>(2);

    @Nullable
    ClientUri gone() {
        return gone;
    }

    void gone(ClientUri uri) {
        if (gone == null) {
            gone = uri;
        }
    }

    /** Whether a channel's first subscription may have the origin asked again: once a request, or unique channels ask for ever. */
    boolean takeUpdateOnFirst() {
        boolean first = !updatedOnFirst;
        updatedOnFirst = true;
        return first;
    }

    /** Whether the request was retried for a last id, of any channel. */
    boolean anyConflict() {
        return !conflicts.isEmpty();
    }

    /**
     * Whether the channel's last id, which is not the origin's position, is news: an id that the request was retried for
     * once is not worth another retry.
     */
    boolean newConflict(String channel, String lastId) {
        return !lastId.equals(conflicts.put(channel, lastId));
    }
}
