package io.sluice.proxy;

import static java.util.Objects.requireNonNull;

import io.sluice.fanout.Loops;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

/** A proxy with a server on the same event loop, as the edge is. */
final class ServedProxy extends VerticleBase {
    private final GripProxyVerticle proxy;
    private final Loops loops;
    private volatile int port;

    ServedProxy(GripProxyVerticle proxy, Loops loops) {
        this.proxy = proxy;
        this.loops = loops;
    }

    int port() {
        return port;
    }

    @Override
    public Future<?> start() throws Exception {
        return proxy.deploy(context).compose(started -> {
            HttpServer server = vertx.createHttpServer(new HttpServerOptions().setStrictThreadMode(true));
            return server.requestHandler(requireNonNull(loops.get(0)).requests())
                    .listen(0, "127.0.0.1")
                    .onSuccess(listening -> port = listening.actualPort());
        });
    }

    @Override
    public Future<?> stop() throws Exception {
        return proxy.undeploy(context);
    }
}
