package io.sluice.edge;

import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.netty.ClientLimits;
import io.sluice.stats.Stats;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;

/**
 * Listens for clients on one event loop. Deploy as many instances as there are event loops, after the proxies: each finds the one on
 * its own loop, and hands it the requests.
 *
 * <p>Fails to start when no proxy has registered on its loop, or the port can't be had.
 */
public final class EdgeVerticle extends VerticleBase {
    private static final int CHUNK_BYTES = 16 << 10;
    private static final int BACKLOG = 4_096;
    private static final int HANDSHAKE_SECONDS = 10;
    /** Of one HTTP/2 connection: as many event streams as a browser may open. */
    private static final int MAX_STREAMS = 100;

    private final ClientPort port;
    private final Loops loops;
    private final Stats stats;

    public EdgeVerticle(ClientPort port, Loops loops, Stats stats) {
        this.port = port;
        this.loops = loops;
        this.stats = stats;
    }

    @Override
    public Future<?> start() {
        Loops.Loop loop;
        try {
            loop = loops.forEdge();
        } catch (IllegalStateException e) {
            port.failed(e);
            return Future.failedFuture(e);
        }
        var requests = new ClientRequests(port, loop.requests(), stats);
        var connections = new ClientConnections(
                port, limits(port.settings()), loop.fanout().timers(), stats);
        Future<?> listening = port.plain().listen(server(options(port), connections, requests));
        TlsListener tls = port.tls();
        return tls == null
                ? listening
                : listening.compose(plain -> tls.listener().listen(server(secured(tls, port), connections, requests)));
    }

    /**
     * A client of HTTP/2 is known only once it has sent its settings. Until then we write nothing after our own, so that this time is over whatever
     * it sends; who is taken is watched by ClientConnections.
     */
    private static HttpServerOptions secured(TlsListener tls, ClientPort port) {
        HttpServerOptions options = tls.secure(options(port));
        int headSeconds = port.settings().headTimeoutSeconds();
        options.setSslHandshakeTimeout(Math.min(HANDSHAKE_SECONDS, headSeconds))
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        options.setIdleTimeoutUnit(TimeUnit.SECONDS).setWriteIdleTimeout(headSeconds);
        return options;
    }

    private HttpServer server(HttpServerOptions options, ClientConnections connections, ClientRequests requests) {
        return vertx.createHttpServer(options)
                .connectionHandler(connections)
                .requestHandler(requests)
                .invalidRequestHandler(requests::refuse);
    }

    private static HttpServerOptions options(ClientPort port) {
        Settings.Http http = port.settings();
        var options = new HttpServerOptions()
                .setStrictThreadMode(true)
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setHandle100ContinueAutomatically(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        options.setInitialSettings(
                new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS).setMaxHeaderListSize(http.maxHeadBytes()));
        // Idleness is watched by ClientConnections: the handler of Vert.x does not see raw writes.
        options.setIdleTimeout(0);
        options.setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setReuseAddress(true);
        DeadPeers.giveUpAfter(port.deadSeconds(), options);
        return options;
    }

    private static ClientLimits limits(Settings.Http http) {
        return new ClientLimits(http.maxHeadBytes(), http.maxHeaders(), CHUNK_BYTES, http.outboxBytes());
    }
}
