package io.sluice.eventstream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a browser's EventSource does: reads events, keeps the last id, reconnects with it when the connection breaks. */
final class EventSourceClient {
    record Event(@Nullable String id, String data) {}

    private final HttpClient http;
    private final int port;
    private final String uri;

    /** Received events of type message, in order. */
    final List<Event> events = new CopyOnWriteArrayList<>();

    volatile boolean open;
    final AtomicInteger connections = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable HttpClientRequest current;
    private @Nullable String lastId;
    private String type = "";
    private @Nullable String id;
    private @Nullable String data;

    EventSourceClient(HttpClient http, int port, String uri) {
        this.http = http;
        this.port = port;
        this.uri = uri;
    }

    void connect() {
        connections.incrementAndGet();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(uri)
                .putHeader("Accept", "text/event-stream");
        if (lastId != null) {
            options.putHeader("Last-Event-ID", lastId);
        }
        http.request(options)
                .compose(request -> {
                    current = request;
                    return request.send();
                })
                .onSuccess(this::read)
                .onFailure(e -> reconnect());
    }

    private void read(HttpClientResponse response) {
        RecordParser lines = RecordParser.newDelimited("\n", this::line);
        response.handler(lines).endHandler(v -> reconnect()).exceptionHandler(e -> reconnect());
        open = response.statusCode() == 200;
    }

    private void reconnect() {
        open = false;
        type = "";
        id = null;
        data = null;
        if (!closed) {
            connect();
        }
    }

    /** Breaks the connection, as a network does. */
    void cut() {
        HttpClientRequest request = current;
        if (request != null) {
            request.connection().close();
        }
    }

    void close() {
        closed = true;
        cut();
    }

    private void line(Buffer buffer) {
        String line = buffer.toString();
        if (line.isEmpty()) {
            dispatch();
        } else if (line.startsWith("event:")) {
            type = line.substring(6).strip();
        } else if (line.startsWith("id:")) {
            id = line.substring(3).strip();
        } else if (line.startsWith("data:")) {
            data = line.substring(5).strip();
        }
    }

    private void dispatch() {
        if (id != null) {
            lastId = id;
        }
        if (type.equals("message") && data != null) {
            events.add(new Event(id, data));
        }
        type = "";
        id = null;
        data = null;
    }
}
