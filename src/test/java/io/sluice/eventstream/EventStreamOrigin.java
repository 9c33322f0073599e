package io.sluice.eventstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An origin that answers as django-eventstream does: the backlog in pages that are no holds but name a next link, the reliable
 * hold only when no backlog remains, a token of the user's in each link, and two channels for each client, its own user channel
 * among them.
 */
final class EventStreamOrigin {
    static final String CHANNEL = "news";
    private static final Pattern GRIP_LAST = Pattern.compile("events-news; ?last-id=\"?(\\d+)");
    private static final int PAGE = 100;

    private final List<String> events = new ArrayList<>();
    private final boolean metaOnPages;
    private final HttpServer server;

    /** Pages answered without a hold. */
    final AtomicInteger pages = new AtomicInteger();

    /** Next requests that asked to recover from {@code Grip-Last}. */
    final AtomicInteger recoveries = new AtomicInteger();

    /** Next requests whose token was another user's than the path's; must stay 0. */
    final AtomicInteger mixedUsers = new AtomicInteger();

    /** @param metaOnPages whether responses without a hold carry the meta too; older libraries left it out */
    EventStreamOrigin(Vertx vertx, boolean metaOnPages) {
        this.metaOnPages = metaOnPages;
        server = vertx.createHttpServer().requestHandler(this::handle);
    }

    Future<Integer> start() {
        return server.listen(0, "127.0.0.1").map(HttpServer::actualPort);
    }

    /** Stores an event; its id is its number from 1. */
    synchronized int add(String data) {
        events.add(data);
        return events.size();
    }

    private synchronized int last() {
        return events.size();
    }

    private synchronized List<String> page(int after) {
        return List.copyOf(events.subList(after, Math.min(events.size(), after + PAGE)));
    }

    private void handle(HttpServerRequest request) {
        boolean next = "next".equals(request.getParam("link"));
        String user = request.getParam("user");
        if (next && !("token-" + user).equals(request.getParam("es-meta"))) {
            mixedUsers.incrementAndGet();
        }
        int after = position(request, next);
        List<String> page = page(after);
        int reached = after + page.size();
        boolean more = reached < last();
        HttpServerResponse response = request.response().putHeader("Content-Type", "text/event-stream");
        String link = "/events?user=" + user + "&link=next&es-meta=token-" + user;
        response.headers()
                .add("Grip-Channel", "events-news; prev-id=" + reached + "; filter=build-id; filter=skip-users")
                .add("Grip-Channel", "user-" + user + "; filter=require-sub");
        if (more) {
            pages.incrementAndGet();
            response.putHeader("Grip-Link", "<" + link + "&lastEventId=" + reached + ">; rel=next");
        } else {
            response.putHeader("Grip-Hold", "stream")
                    .putHeader("Grip-Link", "<" + link + "&recover=true>; rel=next")
                    .putHeader("Grip-Keep-Alive", "event: keep-alive\\ndata:\\n\\n; format=cstring; timeout=20");
        }
        if (metaOnPages || !more) {
            response.putHeader("Grip-Set-Meta", "id_format=\"news:%(events-news)s\", user=\"" + user + "\"");
        }
        var body = new StringBuilder(next ? "" : "event: stream-open\ndata:\n\n");
        for (int i = 0; i < page.size(); i++) {
            int id = after + i + 1;
            body.append("event: message\nid: news:")
                    .append(id)
                    .append("\ndata: ")
                    .append(page.get(i).replace("%", "%%"))
                    .append("\n\n");
        }
        response.end(body.toString());
    }

    private int position(HttpServerRequest request, boolean next) {
        if (next && request.getParam("recover") != null) {
            recoveries.incrementAndGet();
            Matcher last = GRIP_LAST.matcher(String.join(",", request.headers().getAll("Grip-Last")));
            return last.find() ? Integer.parseInt(last.group(1)) : last();
        }
        @Nullable String id = next ? request.getParam("lastEventId") : request.getHeader("Last-Event-ID");
        return id == null ? 0 : Integer.parseInt(id.substring(id.indexOf(':') + 1));
    }
}
