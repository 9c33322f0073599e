package io.sluice.netty;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Raw sinks for HTTP/1 if they passed a test at start-up, and the public API for the rest. */
public final class StartupSinks implements Sinks {
    private static final Logger LOG = LoggerFactory.getLogger(StartupSinks.class);

    private final boolean raw;

    private StartupSinks(boolean raw) {
        this.raw = raw;
    }

    /**
     * Tries raw writes over a loopback connection, logs the choice, and closes what it opened. Never fails: when the test could
     * not be made the public API is taken.
     */
    public static Future<StartupSinks> choose(Vertx vertx) {
        return new SinkSelfTest(vertx).run().transform(test -> {
            if (test.succeeded()) {
                LOG.info("sinks-chosen http1=raw");
            } else {
                LOG.warn("sinks-chosen http1=response reason={}", test.cause().toString());
            }
            return Future.succeededFuture(new StartupSinks(test.succeeded()));
        });
    }

    /** Raw sinks, untested. */
    static StartupSinks raw() {
        return new StartupSinks(true);
    }

    /** The public API for all. */
    static StartupSinks response() {
        return new StartupSinks(false);
    }

    /** Whether HTTP/1 gets raw sinks. */
    public boolean isRaw() {
        return raw;
    }

    @Override
    public Sink take(HttpServerRequest request, byte[] begin) {
        boolean body = hasBody(request);
        boolean together =
                body && begin.length > 0 && raw(request) && !request.response().headWritten();
        if (!request.response().headWritten()) {
            writeHead(request, together ? Buffer.buffer(begin) : Buffer.buffer());
        }
        ClientConnection client = ClientConnection.find(request.connection());
        if (client != null) {
            client.holds(request);
        }
        Sink sink = sink(request);
        // Vert.x keeps the request for as long as its response lasts, which may be days; nobody reads its header lines
        // any more.
        request.headers().clear();
        if (!body) {
            return new BodylessSink(sink);
        }
        if (!together) {
            sink.write(begin);
        }
        return sink;
    }

    private boolean raw(HttpServerRequest request) {
        return raw && request.version() != HttpVersion.HTTP_2;
    }

    private Sink sink(HttpServerRequest request) {
        if (!raw(request)) {
            return new ResponseSink(request);
        }
        return request.version() == HttpVersion.HTTP_1_0 ? new RawContentSink(request) : new RawChunkSink(request);
    }

    /** @param begin of the body; may be empty */
    private static void writeHead(HttpServerRequest request, Buffer begin) {
        HttpServerResponse response = request.response();
        if (request.version() == HttpVersion.HTTP_1_0) {
            // Vert.x answers a 1.0 client's keep-alive with its own, yet this body ends with the connection. And its
            // writeHead would announce chunks, which 1.0 does not have.
            response.headersEndHandler(nothing -> response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE));
            var unused = response.write(begin);
        } else {
            if (request.version() == HttpVersion.HTTP_1_1 && hasBody(request)) {
                response.setChunked(true);
            }
            var unused = begin.length() > 0 ? response.write(begin) : response.writeHead();
        }
    }

    private static boolean hasBody(HttpServerRequest request) {
        int status = request.response().getStatusCode();
        return !request.method().equals(HttpMethod.HEAD) && status != 204 && status != 304;
    }
}
