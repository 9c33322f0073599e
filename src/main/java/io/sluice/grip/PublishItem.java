package io.sluice.grip;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing published to one channel.
 *
 * @param channel full name, a route's prefix included
 * @param noSeq goes past the sequencer
 * @param size override for accounting, in bytes; -1 when not given
 * @param meta publish meta, for filters
 * @param priority for clients that are too slow
 */
public record PublishItem(
        String channel,
        @Nullable String id,
        @Nullable String prevId,
        boolean noSeq,
        int size,
        Map<String, String> meta,
        Format.@Nullable HttpResponse response,
        Format.@Nullable HttpStream stream,
        Format.@Nullable WsMessage message,
        Priority priority) {
    /** Meta of an item that takes the place of an older one of the same key, where a channel's outbox policy is conflate. */
    private static final String CONFLATE_KEY = "conflate-key";

    /** One that matters as much as most. */
    public PublishItem(
            String channel,
            @Nullable String id,
            @Nullable String prevId,
            boolean noSeq,
            int size,
            Map<String, String> meta,
            Format.@Nullable HttpResponse response,
            Format.@Nullable HttpStream stream,
            Format.@Nullable WsMessage message) {
        this(channel, id, prevId, noSeq, size, meta, response, stream, message, Priority.NORMAL);
    }

    /** What of its channel it is the latest of; empty when of all of it. */
    public String conflateKey() {
        return meta.getOrDefault(CONFLATE_KEY, "");
    }
}
