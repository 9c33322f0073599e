package io.sluice.chaos;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.parsetools.RecordParser;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client as the WHATWG standard's EventSource is: however its stream ends, it waits for its reconnection time, which a {@code retry:}
 * sets, and comes again, to any node, with the last id that it has. Belongs to the event loop of its Vert.x.
 */
final class EventSourceClient {
    /** What browsers begin with is some seconds; that is for nodes that cut, and a drain never does. */
    private static final long RECONNECTION_MILLIS = 1000;

    private static final long HEAD_MILLIS = 10_000;

    private final Vertx vertx;
    private final HttpClient http;
    private final Supplier<@Nullable Node> balancer;
    private final ChannelOrder order;
    private final ChannelOrder.Reader reader;
    private final StreamTimes times;
    private long reconnectionMillis = RECONNECTION_MILLIS;
    private @Nullable String lastEventId;
    private @Nullable Connection current;
    private boolean closed;

    EventSourceClient(
            Vertx vertx, HttpClient http, Supplier<@Nullable Node> balancer, ChannelOrder order, StreamTimes times) {
        this.vertx = vertx;
        this.http = http;
        this.balancer = balancer;
        this.order = order;
        this.reader = order.reader();
        this.times = times;
    }

    void connect() {
        if (closed) {
            return;
        }
        Node node = balancer.get();
        if (node == null) {
            times.refused();
            vertx.setTimer(reconnectionMillis, timer -> connect());
        } else {
            current = new Connection(node);
        }
    }

    boolean open() {
        return current != null && current.opened;
    }

    /** Whether it can say where to go on. */
    boolean started() {
        return lastEventId != null;
    }

    ChannelOrder.Reader reader() {
        return reader;
    }

    void close() {
        closed = true;
        if (current != null) {
            current.over("closed");
        }
    }

    private final class Connection {
        private boolean opened;
        private boolean over;
        private @Nullable HttpClientRequest request;
        private @Nullable String id;
        private boolean data;

        Connection(Node node) {
            vertx.setTimer(HEAD_MILLIS, timer -> {
                if (!opened) {
                    over("no head in " + HEAD_MILLIS + " ms from " + node.name());
                }
            });
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setHost(node.host())
                    .setPort(node.httpPort())
                    .setURI("/events?c=" + order.channel())
                    .putHeader("Accept", "text/event-stream");
            if (lastEventId != null) {
                options.putHeader("Last-Event-ID", lastEventId);
            }
            http.request(options)
                    .compose(made -> {
                        request = made;
                        if (over) {
                            made.connection().close();
                        }
                        return made.send();
                    })
                    .onSuccess(this::head)
                    .onFailure(failure -> over(String.valueOf(failure.getMessage())));
        }

        private void head(HttpClientResponse response) {
            if (over || response.statusCode() != 200) {
                over("status " + response.statusCode());
                return;
            }
            opened = true;
            times.opened(EventSourceClient.this);
            response.handler(RecordParser.newDelimited("\n", this::line))
                    .endHandler(end -> over(null))
                    .exceptionHandler(failure -> over("cut: " + failure.getMessage()));
        }

        private void line(Buffer buffer) {
            String line = buffer.toString();
            if (over) {
                return;
            }
            if (line.isEmpty()) {
                dispatch();
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                data = true;
            } else if (line.startsWith("retry: ")) {
                reconnectionMillis = Long.parseLong(line.substring(7));
            }
        }

        private void dispatch() {
            if (id != null) {
                lastEventId = id;
                if (data) {
                    reader.take(id);
                }
            }
            id = null;
            data = false;
        }

        /** @param failure null for a proper end */
        private void over(@Nullable String failure) {
            if (over) {
                return;
            }
            over = true;
            if (request != null) {
                request.connection().close();
            }
            if (closed) {
                return;
            }
            if (opened) {
                opened = false;
                times.ended(EventSourceClient.this, failure);
            } else {
                times.refused();
            }
            vertx.timer(reconnectionMillis, TimeUnit.MILLISECONDS).onSuccess(timer -> connect());
        }
    }
}
