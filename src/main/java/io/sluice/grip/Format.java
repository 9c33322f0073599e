package io.sluice.grip;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The form of a publish item for one kind of subscriber. Byte arrays are to be treated as immutable. */
@SuppressWarnings("ArrayRecordComponent") // published bytes, shared and never compared
public sealed interface Format {
    Action action();

    /** Names that the subscription's message-content filters must equal, in order; null when nothing is asked. */
    @Nullable
    List<String> contentFilters();

    /**
     * For response holds.
     *
     * @param headers published headers, Grip ones included
     * @param body absent when {@code bodyPatch} is given, or the action is not SEND
     * @param bodyPatch JSON text of an RFC 6902 patch for the stored response's body
     */
    record HttpResponse(
            Action action,
            int code,
            String reason,
            Headers headers,
            byte @Nullable [] body,
            @Nullable String bodyPatch,
            @Nullable List<String> contentFilters)
            implements Format {}

    /** For stream holds. {@code content} is empty unless the action is SEND. */
    record HttpStream(
            Action action, byte[] content, @Nullable List<String> contentFilters) implements Format {}

    /**
     * For WebSockets.
     *
     * @param closeCode of action CLOSE; -1 for a plain close
     */
    record WsMessage(
            Action action,
            Type type,
            byte[] content,
            int closeCode,
            String closeReason,
            @Nullable List<String> contentFilters)
            implements Format {
        /** Kind of frame. */
        public enum Type {
            TEXT,
            BINARY,
            PING,
            PONG,
        }
    }
}
