package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.grip.GripException;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;
import io.sluice.grip.SocketEvent;
import io.sluice.grip.SocketEvents;
import io.sluice.origin.OriginClient;
import io.sluice.origin.OriginException;
import io.sluice.origin.OriginRequest;
import io.sluice.origin.OriginResponse;
import io.sluice.origin.RequestBody;
import io.sluice.origin.SessionRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes requests of WebSocket-over-HTTP; a test answers them one by one. Events are written {@code TYPE CONTENT}. */
final class FakeEventsOrigin implements OriginClient {
    /** A request and its answer to come. */
    static final class Asked {
        final OriginRequest request;
        private final Promise<OriginResponse> promise = Promise.promise();

        private Asked(OriginRequest request) {
            this.request = request;
        }

        byte[] body() {
            return ((RequestBody.Whole) request.body()).bytes();
        }

        List<String> events() {
            return decoded().stream().map(FakeEventsOrigin::show).toList();
        }

        List<SocketEvent> decoded() {
            try {
                return SocketEvents.decode(body());
            } catch (GripException e) {
                throw new AssertionError(e.text(), e);
            }
        }

        @Nullable
        String header(String name) {
            return request.headers().first(name);
        }

        List<String> lastIds() {
            return request.lastIds().all("Grip-Last");
        }

        void answer(String... events) {
            answer(Headers.EMPTY, events);
        }

        void answer(Headers headers, String... events) {
            var decoded = new ArrayList<SocketEvent>();
            for (String event : events) {
                decoded.add(event(event));
            }
            respond(200, headers.with("Content-Type", SocketEvents.MEDIA_TYPE), SocketEvents.encode(decoded));
        }

        void respond(int status, Headers headers, byte[] body) {
            promise.complete(new WholeOriginResponse(
                    new GripResponse(status, "as it is", headers, body),
                    request.targets().get(0)));
        }

        void unreachable() {
            fail(OriginException.Kind.UNREACHABLE);
        }

        void fail(OriginException.Kind kind) {
            promise.fail(new OriginException(kind, "scripted " + kind));
        }
    }

    final List<Asked> asked = new ArrayList<>();
    private int taken;

    @Override
    public Future<OriginResponse> send(OriginRequest request) {
        var open = new Asked(request);
        asked.add(open);
        return open.promise.future();
    }

    @Override
    public Future<OriginResponse> send(SessionRequest request) {
        throw new UnsupportedOperationException();
    }

    /** The next request that was sent; fails when there is none. */
    Asked take() {
        if (taken == asked.size()) {
            throw new AssertionError("nothing was asked");
        }
        return asked.get(taken++);
    }

    int waiting() {
        return asked.size() - taken;
    }

    static SocketEvent event(String text) {
        int space = text.indexOf(' ');
        var type = SocketEvent.Type.valueOf(space < 0 ? text : text.substring(0, space));
        String content = space < 0 ? "" : text.substring(space + 1);
        if (type == SocketEvent.Type.CLOSE && space >= 0) {
            int end = content.indexOf(' ');
            int code = Integer.parseInt(end < 0 ? content : content.substring(0, end));
            return new SocketEvent(
                    type,
                    SocketClose.of(code, end < 0 ? "" : content.substring(end + 1))
                            .content());
        }
        return new SocketEvent(type, content.getBytes(UTF_8));
    }

    static String show(SocketEvent event) {
        if (event.type() == SocketEvent.Type.CLOSE && event.content().length > 0) {
            try {
                SocketClose close = SocketClose.parse(event.content());
                return ("CLOSE " + close.code() + " " + close.reason()).strip();
            } catch (GripException e) {
                return "CLOSE ?";
            }
        }
        return (event.type() + " " + new String(event.content(), UTF_8)).strip();
    }
}
