package io.sluice.chaos;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The origin of all streams, with a client id where {@code client=ID} says one. {@code /plain?c=NAME} holds without position. {@code /chain?c=NAME} holds behind the item that the client
 * says it has, whether or not there are newer ones: that is for the gateway to find out. Its next link answers from the origin's own store, as
 * GRIP's contract wants.
 */
final class StoreOrigin implements AutoCloseable {
    private static final Pattern GRIP_LAST = Pattern.compile("(\\S+); ?last-id=\"?(\\d+)");

    private final HttpServer server;
    /** Number of the last item of each chain. */
    private final Map<String, Long> chains = new HashMap<>();

    private final String host;
    private final int pollSeconds;

    /** Answers to next links that gave items. */
    final AtomicInteger recoveries = new AtomicInteger();

    /** @param pollSeconds after which the gateway asks a next link of an unlogged channel; those of logged ones are not to be needed */
    StoreOrigin(Vertx vertx, String host, int pollSeconds) throws Exception {
        this.host = host;
        this.pollSeconds = pollSeconds;
        server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, host)
                .await(10, TimeUnit.SECONDS);
    }

    String host() {
        return host;
    }

    int port() {
        return server.actualPort();
    }

    /** Stores the chain's next item; returns its number. */
    synchronized long append(String channel) {
        return chains.merge(channel, 1L, Long::sum);
    }

    private synchronized long last(String channel) {
        return chains.getOrDefault(channel, 0L);
    }

    /** An item as it goes out to clients. */
    static String content(String channel, String id) {
        return "id: " + id + "\ndata: " + channel + "\n\n";
    }

    private void answer(HttpServerRequest request) {
        List<String> channels = request.params().getAll("c");
        HttpServerResponse response = request.response()
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Grip-Hold", "stream");
        String client = request.getParam("client");
        if (client != null) {
            response.putHeader("Grip-Client", client);
        }
        switch (request.path()) {
            case "/plain" -> {
                response.putHeader("Grip-Channel", String.join(", ", channels));
                response.end(": open\n\n");
            }
            case "/chain" -> {
                String channel = channels.get(0);
                String has = request.getHeader("Last-Event-ID");
                long position = has == null ? last(channel) : Long.parseLong(has);
                hold(response, channel, position);
                // An id without data: where to go on, should the connection break before the first item.
                response.end("id: " + position + "\n\n");
            }
            case "/next" -> {
                String channel = channels.get(0);
                long from = lastId(channel, request);
                long to = last(channel);
                hold(response, channel, to);
                var body = new StringBuilder();
                for (long id = from + 1; id <= to; id++) {
                    body.append(content(channel, String.valueOf(id)));
                }
                if (to > from) {
                    recoveries.incrementAndGet();
                }
                response.end(body.toString());
            }
            default -> request.response().setStatusCode(404).end();
        }
    }

    private void hold(HttpServerResponse response, String channel, long position) {
        int timeout = channel.startsWith(Workload.LOGGED) ? 3600 : pollSeconds;
        response.putHeader("Grip-Channel", channel + "; prev-id=" + position)
                .putHeader("Grip-Link", "</next?c=" + channel + ">; rel=next; timeout=" + timeout);
    }

    private long lastId(String channel, HttpServerRequest request) {
        for (String line : request.headers().getAll("Grip-Last")) {
            Matcher last = GRIP_LAST.matcher(line);
            while (last.find()) {
                @Nullable String named = last.group(1);
                if (channel.equals(named)) {
                    return Long.parseLong(last.group(2));
                }
            }
        }
        throw new IllegalArgumentException("no Grip-Last of " + channel);
    }

    @Override
    public void close() {
        server.close().await();
    }
}
