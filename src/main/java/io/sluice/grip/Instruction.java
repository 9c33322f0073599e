package io.sluice.grip;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an origin's GRIP response says, from headers or an {@code application/grip-instruct} body.
 *
 * @param timeoutSeconds of a response hold, at least 5
 * @param meta the subscription meta of this response alone; a session merges it over what it has (new values win)
 * @param next where more content comes from
 * @param gone URI to POST to once the client has gone
 * @param response what the client sees: Grip headers stripped, status override and exposed headers applied
 */
public record Instruction(
        HoldMode hold,
        List<ChannelSpec> channels,
        int timeoutSeconds,
        @Nullable KeepAlive keepAlive,
        Map<String, String> meta,
        @Nullable NextLink next,
        @Nullable String gone,
        GripResponse response) {
    /**
     * Checks that a stream has where to get what it misses (GRIP, prev-id).
     *
     * @param logged whether that channel of the origin has a log here, so that it needs no link
     * @throws GripException if a channel with a position has neither
     */
    public void requireLink(Predicate<String> logged) throws GripException {
        if (hold != HoldMode.STREAM || next != null) {
            return;
        }
        for (ChannelSpec channel : channels) {
            if (channel.prevId() != null && !logged.test(channel.name())) {
                throw new GripException("channel '" + channel.name() + "' specifies prev-id, but no next link found");
            }
        }
    }
}
