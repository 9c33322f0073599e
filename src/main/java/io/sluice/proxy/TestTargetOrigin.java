package io.sluice.proxy;

import io.sluice.config.Target;
import io.sluice.grip.GripException;
import io.sluice.grip.GripResponse;
import io.sluice.grip.SocketEvents;
import io.sluice.origin.Cancellation;
import io.sluice.origin.OriginClient;
import io.sluice.origin.OriginException;
import io.sluice.origin.OriginRequest;
import io.sluice.origin.OriginResponse;
import io.sluice.origin.RequestBody;
import io.sluice.origin.SessionRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** Answers requests to {@code test} targets by {@link TestPages}, and leaves the others to the real client. Its event loop. */
final class TestTargetOrigin implements OriginClient {
    private static final int MAX_BODY_BYTES = 100_000;

    private final OriginClient network;

    TestTargetOrigin(OriginClient network) {
        this.network = network;
    }

    @Override
    public Future<OriginResponse> send(OriginRequest request) {
        return send(request, new Cancellation());
    }

    @Override
    public Future<OriginResponse> send(OriginRequest request, Cancellation cancellation) {
        Target test = testTarget(request);
        if (test == null) {
            return network.send(request, cancellation);
        }
        if (request.targets().get(0).test()) {
            return answer(request, test);
        }
        return network.send(request, cancellation)
                .recover(failure ->
                        failure instanceof OriginException origin && origin.kind() == OriginException.Kind.UNREACHABLE
                                ? answer(request, test)
                                : Future.failedFuture(failure));
    }

    @Override
    public Future<OriginResponse> send(SessionRequest request) {
        return network.send(request);
    }

    @Override
    public Future<OriginResponse> send(SessionRequest request, Cancellation cancellation) {
        return network.send(request, cancellation);
    }

    private static @Nullable Target testTarget(OriginRequest request) {
        for (Target target : request.targets()) {
            if (target.test()) {
                return target;
            }
        }
        return null;
    }

    private static Future<OriginResponse> answer(OriginRequest request, Target target) {
        return small(request.body()).map(small -> {
            try {
                return new WholeOriginResponse(small ? page(request) : TestPages.TOO_LARGE, target);
            } catch (GripException e) {
                return new WholeOriginResponse(TestPages.bad(e.text()), target);
            }
        });
    }

    private static GripResponse page(OriginRequest request) throws GripException {
        String path = pathBelow(request);
        String uri = request.uri().path();
        boolean events = SocketEvents.isMediaType(request.headers().first("Content-Type"));
        return events && path.equals("/ws") && request.body() instanceof RequestBody.Whole whole
                ? TestPages.socket(whole.bytes(), uri)
                : TestPages.answer(path, uri);
    }

    private static String pathBelow(OriginRequest request) {
        String begin = request.route().pathBegin();
        String path = request.uri().pathOnly();
        String below = path.startsWith(begin) ? path.substring(begin.length()) : path;
        return below.startsWith("/") ? below : "/" + below;
    }

    /** Reads the body away; whether it was small enough. */
    private static Future<Boolean> small(RequestBody body) {
        if (body instanceof RequestBody.Whole whole) {
            return Future.succeededFuture(whole.bytes().length <= MAX_BODY_BYTES);
        }
        var stream = ((RequestBody.Streamed) body).stream();
        Promise<Boolean> small = Promise.promise();
        var left = new long[] {MAX_BODY_BYTES};
        stream.exceptionHandler(failure ->
                small.tryFail(new OriginException(OriginException.Kind.CLIENT_GONE, String.valueOf(failure))));
        stream.endHandler(end -> small.tryComplete(true));
        stream.handler(content -> {
            left[0] -= content.length();
            if (left[0] < 0) {
                stream.handler(null);
                stream.pause();
                small.tryComplete(false);
            }
        });
        stream.resume();
        return small.future();
    }
}
