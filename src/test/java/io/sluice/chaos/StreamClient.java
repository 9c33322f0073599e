package io.sluice.chaos;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.parsetools.RecordParser;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber: an event stream that is opened again, on any node, whenever it breaks; as a browser does. Belongs to the event loop
 * of its Vert.x.
 */
final class StreamClient {
    private static final long HEAD_MILLIS = 3000;
    private static final long RECONNECT_MILLIS = 50;

    private final Vertx vertx;
    private final HttpClient http;
    private final History history;
    private final String name;
    private final String uri;
    private final Set<String> channels;
    private final boolean resumes;
    private final Supplier<Node> balancer;
    private int lives;
    private @Nullable String lastId;
    private @Nullable Connection current;
    private boolean left;

    /** @param resumes whether the origin takes it up where it broke */
    StreamClient(
            Vertx vertx,
            HttpClient http,
            History history,
            String name,
            String uri,
            Set<String> channels,
            boolean resumes,
            Supplier<Node> balancer) {
        this.vertx = vertx;
        this.http = http;
        this.history = history;
        this.name = name;
        this.uri = uri;
        this.channels = channels;
        this.resumes = resumes;
        this.balancer = balancer;
    }

    void open() {
        if (!left) {
            current = new Connection(balancer.get());
        }
    }

    boolean subscribed() {
        return current != null && current.subscribed;
    }

    /** Breaks the connection, as a network does. */
    void cut() {
        if (current != null) {
            current.over("cut by the client");
        }
    }

    /** Goes for good. */
    void leave() {
        left = true;
        if (current != null) {
            current.over("left");
        }
    }

    /** One try. */
    private final class Connection {
        private final String life = name + "#" + ++lives;
        private final Node node;
        private boolean subscribed;
        private boolean over;
        private @Nullable HttpClientRequest request;
        private @Nullable String id;

        Connection(Node node) {
            this.node = node;
            vertx.setTimer(HEAD_MILLIS, timer -> {
                if (!subscribed) {
                    over("no head");
                }
            });
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setHost(node.host())
                    .setPort(node.httpPort())
                    .setURI(uri)
                    .putHeader("Accept", "text/event-stream");
            if (lastId != null && resumes) {
                options.putHeader("Last-Event-ID", lastId);
            }
            http.request(options)
                    .compose(opened -> {
                        request = opened;
                        if (over) {
                            opened.connection().close();
                        }
                        return opened.send();
                    })
                    .onSuccess(this::head)
                    .onFailure(failure -> over(String.valueOf(failure.getMessage())));
        }

        private void head(HttpClientResponse response) {
            if (over || response.statusCode() != 200) {
                over("status " + response.statusCode());
                return;
            }
            subscribed = true;
            history.subscribed(life, name, channels, node.name(), resumes, null);
            response.handler(RecordParser.newDelimited("\n", this::line))
                    .endHandler(end -> over("end"))
                    .exceptionHandler(failure -> over(String.valueOf(failure.getMessage())));
        }

        private void line(Buffer buffer) {
            String line = buffer.toString();
            if (over) {
                return;
            }
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ") && id != null) {
                lastId = id;
                history.delivered(life, line.substring(6), id);
                id = null;
            } else if (line.isEmpty() && id != null) {
                lastId = id;
                id = null;
            }
        }

        void over(String reason) {
            if (over) {
                return;
            }
            over = true;
            if (subscribed) {
                subscribed = false;
                history.ended(life, reason);
            }
            if (request != null) {
                request.connection().close();
            }
            if (!left) {
                vertx.setTimer(RECONNECT_MILLIS, timer -> open());
            }
        }
    }
}
