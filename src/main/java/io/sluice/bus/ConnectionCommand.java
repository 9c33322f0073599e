package io.sluice.bus;

import java.util.List;

/** To a node: about connections that live on it, by their id. Answered by {@link ConnectionsReached}. */
public sealed interface ConnectionCommand {
    List<String> ids();

    /** Which of these are open? */
    record Check(List<String> ids) implements ConnectionCommand {}

    /** Have their origins asked at once. */
    record Refresh(List<String> ids) implements ConnectionCommand {}

    /** @param code that can be sent, or {@code SocketClose.NO_CODE} */
    record Close(List<String> ids, int code, String reason) implements ConnectionCommand {}
}
