package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;

/** Why a connection is its client's no more (GRIP, one connection per client). */
enum ClaimLoss {
    /** The client has a newer one: it is not to come back by itself. */
    NEWER_CONNECTION("newer-connection"),
    /** The node is on the smaller side of a divided cluster: come back, to another node. */
    CLUSTER_DIVIDED("cluster-divided");

    static final String HEADER = "Sluice-Displaced";

    private static final String EVENT = "sluice-displaced";
    private static final String ID_PREFIX = EVENT + ".";
    private static final int DISPLACED = 4409;
    private static final int TRY_AGAIN_LATER = 1013;

    private final String text;

    ClaimLoss(String text) {
        this.text = text;
    }

    /** As clients are told it. */
    String text() {
        return text;
    }

    /** For who has no part of an answer yet. EventSource does not ask again after a 204. */
    GripResponse answer() {
        Headers headers = Headers.of(HEADER, text);
        return this == NEWER_CONNECTION
                ? new GripResponse(204, "No Content", headers, new byte[0])
                : new GripResponse(503, "Service Unavailable", headers.with("Retry-After", "1"), new byte[0]);
    }

    SocketClose close() {
        return SocketClose.of(this == NEWER_CONNECTION ? DISPLACED : TRY_AGAIN_LATER, text);
    }

    /**
     * The last event of a text/event-stream; nothing for who is to come back. Where it meets the middle of another event, which nobody
     * will end, it swallows that: half an event must not look like a whole one. By its id {@link #stopped} knows the client again.
     *
     * @param token of the claim
     */
    byte[] farewell(long token) {
        if (this != NEWER_CONNECTION) {
            return new byte[0];
        }
        String id = ID_PREFIX + Long.toString(token, Character.MAX_RADIX);
        return ("\nevent: " + EVENT + "\nid: " + id + "\ndata: {\"reason\":\"" + text + "\"}\n\n").getBytes(UTF_8);
    }

    /** Whether the request is an EventSource's that was told {@link #farewell}, and asks again by itself. */
    static boolean stopped(String method, Headers request) {
        String lastId = request.first("Last-Event-ID");
        return lastId != null && lastId.startsWith(ID_PREFIX) && method.equals("GET");
    }
}
