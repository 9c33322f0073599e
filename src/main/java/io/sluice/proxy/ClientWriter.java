package io.sluice.proxy;

import io.sluice.grip.GripResponse;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import io.sluice.netty.Sink;
import io.sluice.netty.Sinks;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes one response to a client: framing by HTTP version, cross-origin headers, JSON-P, and the close of a connection that can't go on.
 * Event loop of the connection. The caller has checked heads for defects, and that the client is still there.
 */
final class ClientWriter {
    private static final Set<String> FRAMING =
            Set.of("content-length", "transfer-encoding", "connection", "keep-alive");
    /** How long, and how much, of an unwanted request body is read so that the client can read our answer. */
    private static final int LINGER_MILLIS = 1000;

    private static final int LINGER_BYTES = 1 << 20;

    private final Vertx vertx;
    private final Sinks sinks;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final @Nullable CrossOrigin crossOrigin;
    private final @Nullable JsonpCallback jsonp;
    /** Null when the request has no body, or all of it has been read. */
    private @Nullable RequestTap tap;

    private @Nullable JsonpBody script;
    /** The script's first bytes, until it is certain that it can carry what follows. */
    private byte[] opening = new byte[0];

    private boolean bodiless;
    private boolean chunked;
    private boolean closes;
    private boolean last;
    private long bytes;

    ClientWriter(
            Vertx vertx,
            Sinks sinks,
            HttpServerRequest request,
            @Nullable RequestTap tap,
            @Nullable CrossOrigin crossOrigin,
            @Nullable JsonpCallback jsonp) {
        this.vertx = vertx;
        this.sinks = sinks;
        this.request = request;
        this.response = request.response();
        this.tap = tap;
        this.crossOrigin = crossOrigin;
        this.jsonp = jsonp;
    }

    /** The request's body has been read: nothing of it can be in the way of a response. */
    void bodyRead() {
        tap = null;
    }

    /** There will be no other response on the connection, and the client is to know. Before this one begins. */
    void last() {
        last = true;
    }

    /** Body bytes written. */
    long bytes() {
        return bytes;
    }

    /** Whether a JSON-P call waits for the response: it can't be streamed by a sink. */
    boolean script() {
        return jsonp != null;
    }

    void whole(GripResponse answer) {
        send(jsonp == null ? answer : wrapped(jsonp, answer));
    }

    private void send(GripResponse sent) {
        head(sent.status(), sent.reason(), sent.headers().without(ClientWriter::framing));
        if (bodiless) {
            response.end();
        } else {
            response.putHeader("Content-Length", Integer.toString(sent.body().length));
            bytes = sent.body().length;
            response.end(Buffer.buffer(sent.body()));
        }
        ended();
    }

    /** Prepares the head of a response whose body comes by {@link #write}; it leaves with the first of it or {@link #flushHead}. */
    void begin(int status, String reason, Headers headers) {
        if (jsonp != null) {
            script = new JsonpBody(jsonp);
            head(200, "OK", JsonpBody.outerHeaders(headers));
            chunk();
            opening = script.start(status, reason, headers.without(ClientWriter::framing));
        } else {
            head(status, reason, headers);
            if (!bodiless && !headers.contains("Content-Length")) {
                chunk();
            }
        }
    }

    void flushHead() {
        if (response.headWritten() || response.ended() || script != null) {
            return;
        }
        if (request.version() == HttpVersion.HTTP_1_0) {
            // writeHead would make it chunked.
            response.write(Buffer.buffer());
        } else {
            response.writeHead();
        }
    }

    /** @throws CharacterCodingException when a script can't carry it */
    void write(Buffer content) throws CharacterCodingException {
        if (script != null) {
            send(script.part(content.getBytes()));
        } else if (!bodiless) {
            bytes += content.length();
            response.write(content);
        }
    }

    boolean full() {
        return response.writeQueueFull();
    }

    void onDrain(Runnable resume) {
        response.drainHandler(drained -> resume.run());
    }

    /**
     * @param content the last of the body; null when all of it was written
     * @throws CharacterCodingException when a script can't end so
     */
    void end(@Nullable Buffer content) throws CharacterCodingException {
        if (script != null) {
            if (content != null) {
                send(script.part(content.getBytes()));
            }
            send(script.end());
        }
        if (content == null || script != null || bodiless) {
            response.end();
        } else {
            bytes += content.length();
            response.end(content);
        }
        ended();
    }

    /** The script can't carry the body: says so if it is not too late, else cuts it. */
    void unencodable() {
        if (response.headWritten()) {
            cut(null);
            return;
        }
        response.headers().clear();
        response.headersEndHandler(null);
        chunked = false;
        send(Refusal.NOT_JSONP_ENCODABLE.response());
    }

    /** Cuts the response short, for the client to see. */
    void cut(@Nullable String text) {
        if (text != null && script == null && chunked && !bodiless) {
            response.write(Buffer.buffer("\n\n" + text + "\n"));
        }
        // The sink's way tells even a 1.0 client, and does not wait for a slow one.
        sinks.take(request).abort();
    }

    /**
     * Writes the head of a response without end and hands the body over.
     *
     * @param begin what there is of the body
     * @param ended called when the response has ended properly after all
     */
    Sink take(int status, String reason, Headers headers, byte[] begin, Runnable ended) {
        head(status, reason, headers.without(ClientWriter::framing));
        response.endHandler(end -> {
            ended.run();
            if (closes) {
                request.connection().close();
            }
        });
        return sinks.take(request, begin);
    }

    private void head(int status, String reason, Headers headers) {
        bodiless = ResponseHead.bodiless(request.method().name(), status);
        response.setStatusCode(status);
        // Vert.x knows a 304, which has neither length nor chunks, by its own constant for it.
        if (!reason.isEmpty() && status != 304) {
            response.setStatusMessage(reason);
        }
        Headers lines = crossOrigin == null ? headers : crossOrigin.applied(headers);
        for (Header line : lines) {
            response.headers().add(line.name(), line.value());
        }
        if ((last || (tap != null && !tap.ended())) && http1()) {
            closes = true;
            response.putHeader("Connection", "close");
        }
    }

    private void chunk() {
        chunked = true;
        if (request.version() == HttpVersion.HTTP_1_0) {
            closes = true;
            // The last word: the codec has put keep-alive by then, where the client asked for it.
            response.headersEndHandler(head -> response.putHeader("Connection", "close"));
        } else if (http1()) {
            response.setChunked(true);
        }
    }

    private void send(byte[] part) {
        Buffer sent = Buffer.buffer(opening).appendBytes(part);
        opening = new byte[0];
        if (sent.length() > 0) {
            bytes += sent.length();
            response.write(sent);
        }
    }

    private void ended() {
        if (!closes) {
            return;
        }
        if (tap == null || tap.ended()) {
            request.connection().close();
            return;
        }
        // Closing with bytes unread would reset the connection under the answer.
        long timer = vertx.setTimer(LINGER_MILLIS, late -> request.connection().close());
        tap.discardRest(LINGER_BYTES, () -> {
            vertx.cancelTimer(timer);
            request.connection().close();
        });
    }

    private boolean http1() {
        return request.version() == HttpVersion.HTTP_1_1 || request.version() == HttpVersion.HTTP_1_0;
    }

    private static boolean framing(String name) {
        return FRAMING.contains(name.toLowerCase(Locale.ROOT));
    }

    private static GripResponse wrapped(JsonpCallback jsonp, GripResponse answer) {
        var body = new JsonpBody(jsonp);
        try {
            Buffer script = Buffer.buffer(body.start(
                            answer.status(), answer.reason(), answer.headers().without(ClientWriter::framing)))
                    .appendBytes(body.part(answer.body()))
                    .appendBytes(body.end());
            return new GripResponse(200, "OK", JsonpBody.outerHeaders(answer.headers()), script.getBytes());
        } catch (CharacterCodingException e) {
            return Refusal.NOT_JSONP_ENCODABLE.response();
        }
    }
}
