package io.sluice.proxy;

import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.netty.Sink;
import java.util.function.Consumer;

/**
 * A client's request that waits for its answer. Event loop of the client's connection only. Exactly one of {@link #respond},
 * {@link #stream}, {@link #fail} answers it; after the client has gone all of them do nothing.
 */
interface Exchange extends SessionClient {
    /** Whether the request was sent to the origin again before. */
    boolean retried();

    /** Answers with the whole response. Content-Length is set, cross-origin headers and JSON-P are applied. */
    void respond(GripResponse response);

    /**
     * Writes the head of a response without end (no Content-Length), and what there is of its body, and hands over what follows. All of it has left
     * with the sink's first flush.
     */
    Sink stream(int status, String reason, Headers headers, byte[] begin);

    /** Answers 502, in debug mode with the message as the body (GRIP, parse failure). */
    void fail(String message);

    /** Called once, when the client has gone before or after the answer began; replaces the handler before it. */
    void onGone(Runnable handler);

    /**
     * Called when the node drains and it is the exchange's turn to end, or soon when others have had theirs, and maybe twice; also after
     * the request was answered. Replaces the handler before it. Who does nothing is cut when the time to close is over.
     */
    void onClosing(Runnable handler);

    /**
     * Called, maybe once, when the connection is its client's no more: the hold is to end at once. Replaces the handler before it.
     */
    void onDisplaced(Consumer<Displacement> handler);

    /**
     * Sends the original request to the origin again (GRIP, response hold). Its response is handled as any: a hold or a next
     * link comes back to {@link Sessions} with the same {@link #id()}, and the gone handler stands until it is replaced.
     *
     * @param lastIds {@code Grip-Last} lines; empty for none
     * @param answered called once, when the client got an answer that did not come back to {@link Sessions}: no hold and no
     *     next link, or a failure. Not called when the client has gone.
     */
    void retry(Headers lastIds, Runnable answered);
}
