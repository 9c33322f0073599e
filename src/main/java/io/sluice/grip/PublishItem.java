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
        Format.@Nullable WsMessage message) {}
