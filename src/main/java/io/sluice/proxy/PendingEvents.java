package io.sluice.proxy;

import io.sluice.grip.GripException;
import io.sluice.grip.SocketEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a client sent, and its origin has not accepted yet (GRIP, WebSocket-over-HTTP, partial acceptance). What was offered and
 * left is offered again together with something newer. One event loop.
 */
final class PendingEvents {
    /** Content bytes of one request; one event more is always offered. */
    static final int BATCH_BYTES = 200_000;

    /** Libraries read a body in a time that grows with the square of its events. */
    static final int BATCH_EVENTS = 200;

    /** Even an empty event is memory. */
    private static final int EVENT_BYTES = 16;

    private final ArrayDeque<SocketEvent> events = new ArrayDeque<>(2);
    private int bytes;
    /** Of the first events: those of the last offer. */
    private int offered;

    /** Whether the offer was accepted in part, and its rest is still there. */
    private boolean left;

    void add(SocketEvent event) {
        events.add(event);
        bytes += weight(event);
    }

    /** Memory that all of them take, about. */
    int bytes() {
        return bytes;
    }

    /** Whether there is anything that has not been offered yet. */
    boolean fresh() {
        return events.size() > offered;
    }

    /** Whether the last offer was accepted in part, and what is left has not been offered again. */
    boolean left() {
        return left;
    }

    /** Messages among the events, and rests of messages. */
    int messages() {
        int messages = 0;
        for (SocketEvent event : events) {
            if (event.type() == SocketEvent.Type.TEXT || event.type() == SocketEvent.Type.BINARY) {
                messages++;
            }
        }
        return messages;
    }

    /** Content bytes of the next offer that were offered before. */
    int replayed() {
        int replayed = 0;
        int i = 0;
        for (SocketEvent event : events) {
            if (!left || i++ == offered) {
                break;
            }
            replayed += event.content().length;
        }
        return replayed;
    }

    /** The events of the next request. Until it is accepted, in whole or in part, they stay here. */
    List<SocketEvent> offer(boolean oneEvent) {
        var batch = new ArrayList<SocketEvent>();
        int again = left ? offered : 0;
        int most = oneEvent ? again + 1 : Math.max(BATCH_EVENTS, again + 1);
        int content = 0;
        for (SocketEvent event : events) {
            boolean full = content > 0 && content + event.content().length > BATCH_BYTES;
            if (batch.size() == most || (full && batch.size() > again)) {
                break;
            }
            batch.add(event);
            content += event.content().length;
        }
        offered = batch.size();
        left = false;
        return batch;
    }

    /** The origin has taken all that was offered. */
    void accepted() {
        while (offered > 0) {
            remove();
        }
    }

    /**
     * The origin has taken so many bytes of the content that was offered.
     *
     * @throws GripException when that can't be: it was not offered, or it is a part of a close
     */
    void accepted(int contentBytes) throws GripException {
        int rest = contentBytes;
        int total = 0;
        int i = 0;
        for (SocketEvent event : events) {
            if (i++ == offered) {
                break;
            }
            total += event.content().length;
        }
        if (rest < 0 || rest > total) {
            throw new GripException("Content-Bytes-Accepted is " + rest + " of " + total + " bytes offered");
        }
        if (rest == total) {
            accepted();
            return;
        }
        left = true;
        while (rest > 0) {
            SocketEvent first = events.element();
            int length = first.content().length;
            if (length <= rest) {
                rest -= length;
                remove();
            } else if (first.type() == SocketEvent.Type.CLOSE) {
                throw new GripException("Content-Bytes-Accepted ends within a close");
            } else {
                events.remove();
                var tail = new SocketEvent(first.type(), Arrays.copyOfRange(first.content(), rest, length));
                events.addFirst(tail);
                bytes -= rest;
                rest = 0;
            }
        }
    }

    void clear() {
        events.clear();
        bytes = 0;
        offered = 0;
        left = false;
    }

    private void remove() {
        SocketEvent first = events.remove();
        bytes -= weight(first);
        offered--;
    }

    private static int weight(SocketEvent event) {
        return EVENT_BYTES + event.content().length;
    }
}
