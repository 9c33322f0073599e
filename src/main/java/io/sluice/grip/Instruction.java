package io.sluice.grip;

import java.util.List;
import java.util.Map;
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
        GripResponse response) {}
