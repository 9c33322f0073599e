package io.sluice.load;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import org.jspecify.annotations.Nullable;

/** An origin that has every request held as a stream of the channel that it names: {@code /?channel=NAME}. */
public final class HoldingOriginVerticle extends VerticleBase {
    private @Nullable HttpServer server;

    @Override
    public Future<?> start() {
        return vertx.createHttpServer()
                .requestHandler(request -> request.response()
                        .putHeader("Content-Type", "text/event-stream")
                        .putHeader("Grip-Hold", "stream")
                        .putHeader("Grip-Channel", request.getParam("channel", "bench"))
                        .putHeader("Grip-Keep-Alive", ": alive\\n\\n; format=cstring; timeout=20")
                        .end())
                .listen(0, "127.0.0.1")
                .onSuccess(listening -> server = listening);
    }

    /** The port it listens on, on loopback; 0 before it has started. */
    public int port() {
        return server == null ? 0 : server.actualPort();
    }
}
