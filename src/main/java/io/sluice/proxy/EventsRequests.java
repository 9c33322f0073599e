package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.config.Target;
import io.sluice.grip.GripException;
import io.sluice.grip.GripExtension;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Header;
import io.sluice.grip.HeaderBlock;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketEvent;
import io.sluice.grip.SocketEvents;
import io.sluice.origin.ClientUri;
import io.sluice.origin.OriginException;
import io.sluice.origin.OriginRequest;
import io.sluice.origin.OriginResponse;
import io.sluice.origin.RequestBody;
import io.sluice.stats.Counter;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The requests of one WebSocket-over-HTTP connection: its headers, and what its origin has it remember (GRIP, wire format). */
final class EventsRequests {
    static final String CONNECTION_ID = "Connection-Id";

    private static final int MAX_ANSWER_BYTES = 1_000_000;
    private static final String META = "Meta-";
    private static final String SET_META = "Set-Meta-";
    /** Of the client's handshake: what is only about its connection, or is said otherwise here. */
    private static final Set<String> DROPPED = Set.of(
            "upgrade",
            "connection",
            "accept",
            "accept-encoding",
            "content-type",
            "content-length",
            "content-encoding",
            "connection-id",
            "content-bytes-replayed",
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-extensions");

    private final ProxyLoop loop;
    private final ClientUri uri;
    private final Route route;
    private final String peer;
    private final boolean trusted;
    /** Kept for as long as the connection. */
    private final HeaderBlock headers;

    private @Nullable Map<String, String> meta;

    EventsRequests(ProxyLoop loop, String id, ClientRequest client) {
        this.loop = loop;
        this.uri = client.uri();
        this.route = client.route();
        this.peer = client.peer();
        this.trusted = client.trusted();
        this.headers = HeaderBlock.of(headers(id, client));
    }

    private static Headers headers(String id, ClientRequest client) {
        var lines = new ArrayList<Header>();
        for (Header line : client.headers()) {
            String name = line.name().toLowerCase(Locale.ROOT);
            if (!DROPPED.contains(name) && !name.startsWith("meta-")) {
                lines.add(line);
            }
        }
        lines.add(new Header(CONNECTION_ID, id));
        lines.add(new Header("Content-Type", SocketEvents.MEDIA_TYPE));
        lines.add(new Header("Accept", SocketEvents.MEDIA_TYPE));
        if (SocketOpening.speaksGrip(client)) {
            lines.add(new Header(GripExtension.HEADER, GripExtension.NAME));
        }
        return Headers.copyOf(lines);
    }

    /**
     * Sends one that the client may wait for.
     *
     * @param replayed content bytes at the start that were offered before
     * @param lastIds {@code Grip-Last} lines; empty for none
     * @return fails with {@link OriginException}, or with {@link GripException} when the answer is malformed
     */
    Future<EventsAnswer> send(List<SocketEvent> events, int replayed, Headers lastIds, List<Target> targets) {
        return send(events, replayed, lastIds, targets, false);
    }

    /** As above, when the client has gone. */
    Future<EventsAnswer> sendLate(List<SocketEvent> events, int replayed, List<Target> targets) {
        return send(events, replayed, Headers.EMPTY, targets, true);
    }

    private Future<EventsAnswer> send(
            List<SocketEvent> events, int replayed, Headers lastIds, List<Target> targets, boolean background) {
        loop.stats().count(Counter.SOCKET_REQUESTS);
        var lines = new ArrayList<>(headers.headers().lines());
        if (meta != null) {
            meta.forEach((name, value) -> lines.add(new Header(META + name, value)));
        }
        if (replayed > 0) {
            lines.add(new Header("Content-Bytes-Replayed", Integer.toString(replayed)));
        }
        var request = new OriginRequest(
                "POST",
                uri,
                Headers.copyOf(lines),
                new RequestBody.Whole(SocketEvents.encode(events)),
                route,
                targets,
                peer,
                trusted,
                lastIds,
                background);
        return loop.origin()
                .send(request)
                .compose(
                        response -> response.collect(MAX_ANSWER_BYTES).compose(collected -> read(response, collected)));
    }

    private static Future<EventsAnswer> read(OriginResponse response, OriginResponse.Collected collected) {
        if (!collected.complete()) {
            response.cancel();
            return Future.failedFuture(
                    new GripException("answer of more than " + MAX_ANSWER_BYTES + " bytes from " + response.target()));
        }
        try {
            byte[] body = ContentCoding.plain(
                    collected.bytes(), response.headers().first("Content-Encoding"), MAX_ANSWER_BYTES);
            return Future.succeededFuture(
                    EventsAnswer.of(new GripResponse(response.status(), response.reason(), response.headers(), body)));
        } catch (GripException e) {
            return Future.failedFuture(e);
        }
    }

    /** Takes on what the answer has the connection remember. */
    void remember(Headers answer) {
        for (Header line : answer) {
            if (line.name().regionMatches(true, 0, SET_META, 0, SET_META.length())) {
                remember(line.name().substring(SET_META.length()), line.value());
            }
        }
    }

    private void remember(String name, String value) {
        Map<String, String> known = meta;
        if (known == null) {
            known = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            meta = known;
        }
        if (value.isEmpty()) {
            known.remove(name);
        } else if (!name.isEmpty()) {
            known.put(name, value);
        }
    }

    /** Without what an answer that opened says to the proxy alone, or about its body. */
    static Headers forClient(Headers answer) {
        return refusalForClient(answer)
                .without(name -> name.equalsIgnoreCase("Content-Type") || name.equalsIgnoreCase("Content-Length"));
    }

    /** Without what another answer says to the proxy alone, and about a coding that is undone. */
    static Headers refusalForClient(Headers answer) {
        return answer.without(name -> {
            String lower = name.toLowerCase(Locale.ROOT);
            return lower.startsWith("set-meta-")
                    || lower.equals("keep-alive-interval")
                    || lower.equals("content-bytes-accepted")
                    || lower.equals("content-encoding");
        });
    }
}
