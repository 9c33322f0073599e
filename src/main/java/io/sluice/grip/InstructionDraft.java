package io.sluice.grip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An instruction while it is read: headers first, a JSON body over them. */
final class InstructionDraft {
    private static final int DEFAULT_TIMEOUT_SECONDS = 55;
    private static final int MIN_TIMEOUT_SECONDS = 5;
    static final int MAX_FILTERS = 5;

    HoldMode hold = HoldMode.NONE;
    int timeoutSeconds = DEFAULT_TIMEOUT_SECONDS;

    @Nullable
    KeepAlive keepAlive;

    @Nullable
    NextLink next;

    @Nullable
    String gone;

    int status;
    String reason;
    Headers headers;
    byte[] body;

    private final Map<String, ChannelSpec> channels = new LinkedHashMap<>();
    private final Map<String, String> meta = new LinkedHashMap<>();

    InstructionDraft(int status, String reason, Headers headers, byte[] body) {
        this.status = status;
        this.reason = reason;
        this.headers = headers;
        this.body = body;
    }

    /** A later channel of the same name replaces the earlier. */
    void channel(String name, @Nullable String prevId, List<String> filters) throws GripException {
        if (filters.size() > MAX_FILTERS) {
            throw new GripException("too many filters for channel '" + name + "'");
        }
        channels.put(name, new ChannelSpec(name, prevId, List.copyOf(filters)));
    }

    void meta(String name, String value) {
        meta.put(name, value);
    }

    Instruction finish() throws GripException {
        return new Instruction(
                hold,
                List.copyOf(new ArrayList<>(channels.values())),
                Math.max(timeoutSeconds, MIN_TIMEOUT_SECONDS),
                keepAlive,
                Map.copyOf(meta),
                next,
                gone,
                new GripResponse(
                        status,
                        reason.isEmpty() ? Reasons.of(status) : reason,
                        headers.without(this::isPrivate),
                        body));
    }

    /** Grip headers are for the proxy; the others belong to the origin's connection and framing. */
    private boolean isPrivate(String name) {
        return InstructionParser.isGripName(name)
                || name.equalsIgnoreCase("Connection")
                || name.equalsIgnoreCase("Keep-Alive")
                || name.equalsIgnoreCase("Content-Encoding")
                || name.equalsIgnoreCase("Transfer-Encoding")
                || name.equalsIgnoreCase("Content-Length");
    }
}
