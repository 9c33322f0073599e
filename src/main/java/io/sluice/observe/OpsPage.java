package io.sluice.observe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page of the ops port, and what belongs to it: files of the jar, kept in memory. A browser loads nothing else and from nowhere else. */
final class OpsPage {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final List<String> FILES = List.of(
            "index.html", "ops.css", "icon.svg", "ops.js", "dom.js", "charts.js", "live.js", "desk.js", "tools.js");

    private final Map<String, Buffer> files;

    private OpsPage(Map<String, Buffer> files) {
        this.files = files;
    }

    /** Fails when the jar lacks one. */
    static Future<OpsPage> load(Vertx vertx) {
        return vertx.executeBlocking(() -> {
            var files = new LinkedHashMap<String, Buffer>();
            for (String file : FILES) {
                files.put(file, Buffer.buffer(read(file)));
            }
            return new OpsPage(files);
        });
    }

    /** Not by Vert.x's file system: there, a file of the working directory goes before the jar's. */
    private static byte[] read(String file) throws IOException {
        try (InputStream in = OpsPage.class.getResourceAsStream("/ops/" + file)) {
            if (in == null) {
                throw new FileNotFoundException("the jar has no ops/" + file);
            }
            return in.readAllBytes();
        }
    }

    void addTo(Router router) {
        files.forEach((file, content) -> {
            String path = file.equals("index.html") ? "/" : "/" + file;
            router.route(path)
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .handler(context -> send(context, file, content));
            router.route(path).handler(context -> OpsReplies.notAllowed(context, "GET, HEAD"));
        });
    }

    private static void send(RoutingContext context, String file, Buffer content) {
        HttpServerResponse response = context.response()
                .putHeader("Content-Type", TYPES.get(file.substring(file.lastIndexOf('.') + 1)))
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("X-Frame-Options", "DENY");
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader("Content-Length", String.valueOf(content.length()))
                    .end();
        } else {
            response.end(content);
        }
    }
}
