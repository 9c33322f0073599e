package io.sluice.grip;

import org.jspecify.annotations.Nullable;

/**
 * The WebSocket extension {@code grip}, as an origin's handshake agrees to it: from then on what it sends is prefixed, or is a
 * control message (GRIP, GRIP over WebSocket).
 *
 * @param messagePrefix before each message that is meant for the client; may be empty
 */
public record GripExtension(String messagePrefix) {
    public static final String NAME = "grip";

    /** The handshake header of extensions. */
    public static final String HEADER = "Sec-WebSocket-Extensions";

    private static final String DEFAULT_PREFIX = "m:";

    /** The extension in an origin's answer; null when it has not agreed to it. */
    public static @Nullable GripExtension in(Headers response) {
        for (HeaderElement element : HeaderElement.parseList(response.all(HEADER))) {
            if (element.value().equals(NAME)) {
                String prefix = element.parameter("message-prefix");
                return new GripExtension(prefix == null ? DEFAULT_PREFIX : HeaderText.decode(prefix));
            }
        }
        return null;
    }
}
