package io.sluice.origin;

import io.sluice.config.Settings;
import io.sluice.config.Target;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import io.sluice.origin.OriginException.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One request on one connection, from its head to the end of the response. One event loop. */
final class Attempt implements Upload.Listener, OriginResponse {
    /** How it goes. */
    interface Listener {
        void head(Attempt response);

        /**
         * No head came.
         *
         * @param stale whether the connection, if it was used before, may have been spoilt by then: it was lost before any byte
         *     of a response, or what came was the rest of something else
         */
        void failed(OriginException cause, boolean stale);

        /** After the head: the exchange is over, the connection is given back or closed. Called once; cause null when all is well. */
        void over(@Nullable OriginException cause);
    }

    private static final Pattern CONTROLS = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

    private final Vertx vertx;
    private final Context context;
    private final Settings.Origins limits;
    private final PooledConnection connection;
    private final Target target;
    private final Upload upload;
    private final Listener listener;
    private final IdleTimer idle;

    private @Nullable OriginBody body;
    private Headers headers = Headers.EMPTY;
    private String reason = "";
    private int status;
    private boolean over;
    private long headTimer = -1;

    Attempt(
            Vertx vertx,
            Settings.Origins limits,
            PooledConnection connection,
            Target target,
            Upload upload,
            Listener listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.limits = limits;
        this.connection = connection;
        this.target = target;
        this.upload = upload;
        this.listener = listener;
        this.idle = new IdleTimer(vertx, limits.idleTimeoutSeconds() * 1000L, () -> fail(timedOut("traffic")));
    }

    void start(Outgoing outgoing) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(outgoing.method()))
                .setURI(outgoing.path());
        connection.connection().request(options).onComplete(result -> {
            if (over) {
                return;
            }
            if (result.failed()) {
                over = true;
                connection.discard();
                listener.failed(new OriginException(Kind.RESET, target + ": closed"), true);
                return;
            }
            send(result.result(), outgoing);
        });
    }

    private void send(HttpClientRequest sending, Outgoing outgoing) {
        sending.exceptionHandler(this::broken);
        sending.response().onComplete(result -> {
            if (result.succeeded()) {
                head(result.result());
            } else {
                broken(result.cause());
            }
        });
        idle.start();
        try {
            sending.headers().add("Host", outgoing.host(target));
            for (Header line : outgoing.headers()) {
                sending.headers().add(line.name(), line.value());
            }
            upload.start(sending, expectsBody(outgoing.method()), this);
        } catch (IllegalArgumentException e) {
            fail(new OriginException(Kind.MALFORMED, "request not sent: " + e.getMessage()));
        }
    }

    private static boolean expectsBody(String method) {
        return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    }

    private void head(HttpClientResponse response) {
        if (over) {
            return;
        }
        response.pause();
        cancelHeadTimer();
        @Nullable String fault = fault(response);
        if (fault != null) {
            fail(new OriginException(Kind.MALFORMED, target + ": " + fault));
            return;
        }
        status = response.statusCode();
        reason = response.statusMessage() == null
                ? ""
                : CONTROLS.matcher(response.statusMessage()).replaceAll(" ");
        List<Header> lines = new ArrayList<>();
        for (Map.Entry<String, String> line : response.headers()) {
            lines.add(new Header(line.getKey(), line.getValue().strip()));
        }
        headers = Headers.copyOf(lines);
        OriginBody stream = new OriginBody(context, response);
        body = stream;
        long keep = Reuse.idleMillis(response.version(), headers, limits.keepAliveSeconds());
        response.handler(chunk -> {
            idle.traffic();
            stream.chunk(chunk);
        });
        response.exceptionHandler(this::broken);
        response.endHandler(v -> {
            finish(keep);
            stream.end();
        });
        listener.head(this);
        stream.pull();
    }

    private static @Nullable String fault(HttpClientResponse response) {
        int status = response.statusCode();
        if (status < 200 || status > 999) {
            return "unexpected status " + status;
        }
        List<String> codings = response.headers().getAll("Transfer-Encoding");
        boolean plain = codings.isEmpty()
                || (codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked"));
        return plain ? null : "unsupported transfer encoding";
    }

    @Override
    public void traffic() {
        idle.traffic();
    }

    @Override
    public void sent() {
        idle.traffic();
        if (body == null && !over) {
            headTimer = vertx.setTimer(limits.firstByteTimeoutSeconds() * 1000L, id -> fail(timedOut("response")));
        }
    }

    @Override
    public void failed(OriginException cause) {
        fail(cause);
    }

    private void broken(Throwable cause) {
        if (!over) {
            boolean lost = Lost.is(cause);
            fail(
                    new OriginException(lost ? Kind.RESET : Kind.MALFORMED, target + ": " + cause.getMessage()),
                    !lost || Lost.silently(cause));
        }
    }

    private OriginException timedOut(String missing) {
        return new OriginException(Kind.TIMEOUT, target + ": no " + missing + " in time");
    }

    private void finish(long keepMillis) {
        if (over) {
            return;
        }
        boolean whole = upload.complete();
        stop();
        if (whole && keepMillis > 0) {
            // Not before all that was read with the response has been looked at: it must not answer the next request.
            context.runOnContext(v -> connection.release(keepMillis));
        } else {
            connection.discard();
        }
        listener.over(null);
    }

    private void fail(OriginException cause) {
        fail(cause, false);
    }

    private void fail(OriginException cause, boolean stale) {
        if (over) {
            return;
        }
        stop();
        connection.discard();
        OriginBody begun = body;
        if (begun == null) {
            listener.failed(cause, stale);
        } else {
            listener.over(cause);
            begun.fail(cause);
        }
    }

    private void stop() {
        over = true;
        idle.stop();
        cancelHeadTimer();
        upload.detach();
    }

    private void cancelHeadTimer() {
        if (headTimer >= 0) {
            vertx.cancelTimer(headTimer);
            headTimer = -1;
        }
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String reason() {
        return reason;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public OriginBody body() {
        return Objects.requireNonNull(body, "there is a body once there is a head");
    }

    @Override
    public Future<Collected> collect(int max) {
        return body().collect(max);
    }

    /** Before the head too: nobody is told anything then. */
    @Override
    public void cancel() {
        OriginException cause = new OriginException(Kind.CLIENT_GONE, "cancelled");
        OriginBody begun = body;
        if (begun != null) {
            begun.abandon(cause);
        }
        if (!over) {
            stop();
            connection.discard();
            if (begun != null) {
                listener.over(cause);
            }
        }
    }
}
