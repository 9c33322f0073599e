package io.sluice.proxy;

import io.sluice.config.Target;
import io.sluice.grip.Headers;
import io.sluice.origin.OriginClient;
import io.sluice.origin.OriginException;
import io.sluice.origin.OriginRequest;
import io.sluice.origin.OriginResponse;
import io.sluice.origin.SessionRequest;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes requests; a test answers them one by one. */
final class FakeOrigin implements OriginClient {
    /** A request and its answer to come. */
    static final class Asked {
        final SessionRequest request;
        private final Promise<OriginResponse> promise = Promise.promise();
        private @Nullable Answer answer;

        private Asked(SessionRequest request) {
            this.request = request;
        }

        /** The whole response; headers as names and values in turn. */
        void answer(int status, String body, String... headers) {
            Answer sent = head(status, headers);
            if (!body.isEmpty()) {
                sent.push(body);
            }
            sent.end();
        }

        Answer head(int status, String... headers) {
            var sent = new Answer(status, Headers.of(headers));
            answer = sent;
            promise.complete(sent);
            return sent;
        }

        void fail(String detail) {
            promise.fail(new OriginException(OriginException.Kind.UNREACHABLE, detail));
        }

        boolean cancelled() {
            return answer != null && answer.cancelled;
        }

        String uri() {
            return request.uri().toString();
        }

        List<String> lastIds() {
            return request.headers().all("Grip-Last");
        }
    }

    final List<Asked> asked = new ArrayList<>();
    private int taken;

    @Override
    public Future<OriginResponse> send(OriginRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<OriginResponse> send(SessionRequest request) {
        var open = new Asked(request);
        asked.add(open);
        return open.promise.future();
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

    /** A response whose body a test sends piece by piece. */
    static final class Answer implements OriginResponse, ReadStream<Buffer> {
        private final int status;
        private final Headers headers;
        private final ArrayDeque<Buffer> buffers = new ArrayDeque<>();
        private @Nullable Handler<Buffer> handler;
        private @Nullable Handler<Void> endHandler;
        private @Nullable Handler<Throwable> exceptionHandler;
        private boolean over;
        boolean paused = true;
        boolean cancelled;

        private Answer(int status, Headers headers) {
            this.status = status;
            this.headers = headers;
        }

        void push(String bytes) {
            buffers.add(Buffer.buffer(bytes));
            flow();
        }

        void end() {
            over = true;
            flow();
        }

        void cut() {
            if (exceptionHandler != null) {
                exceptionHandler.handle(new OriginException(OriginException.Kind.RESET, "cut short"));
            }
        }

        private void flow() {
            while (!paused && !cancelled && handler != null && !buffers.isEmpty()) {
                handler.handle(buffers.remove());
            }
            if (!paused && !cancelled && over && buffers.isEmpty() && endHandler != null) {
                Handler<Void> once = endHandler;
                endHandler = null;
                once.handle(null);
            }
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public String reason() {
            return "OK";
        }

        @Override
        public Headers headers() {
            return headers;
        }

        @Override
        public Target target() {
            return Rig.TARGET;
        }

        @Override
        public ReadStream<Buffer> body() {
            return this;
        }

        @Override
        public Future<Collected> collect(int max) {
            Promise<Collected> promise = Promise.promise();
            var all = Buffer.buffer();
            handler = all::appendBuffer;
            endHandler = done -> promise.complete(new Collected(all.getBytes(), all.length() <= max));
            resume();
            return promise.future();
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public Answer exceptionHandler(@Nullable Handler<Throwable> to) {
            exceptionHandler = to;
            return this;
        }

        @Override
        public Answer handler(@Nullable Handler<Buffer> to) {
            handler = to;
            return this;
        }

        @Override
        public Answer endHandler(@Nullable Handler<Void> to) {
            endHandler = to;
            return this;
        }

        @Override
        public Answer pause() {
            paused = true;
            return this;
        }

        @Override
        public Answer resume() {
            paused = false;
            flow();
            return this;
        }

        @Override
        public Answer fetch(long amount) {
            throw new UnsupportedOperationException();
        }
    }
}
