package io.sluice.chaos;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.netty.channel.IoHandler;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.sluice.cli.Gateway;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.WatchedRoutes;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A node in the test's own process. */
final class JvmNode implements Node {
    private static final long DEADLINE_SECONDS = 30;

    private final Gateway gateway;
    private final WatchedRoutes routes;
    private final HazelcastInstance hazelcast;

    private JvmNode(Gateway gateway, WatchedRoutes routes, HazelcastInstance hazelcast) {
        this.gateway = gateway;
        this.routes = routes;
        this.hazelcast = hazelcast;
    }

    /** @param config with a cluster.xml beside it */
    static JvmNode start(Path config, String route, Map<String, String> overrides) throws Exception {
        var loader = new SettingsLoader().yaml(config);
        overrides.forEach((key, value) -> loader.flag("--set", key, value));
        LoadedSettings loaded = loader.routeLines(List.of(route)).load();
        if (!loaded.usable()) {
            throw new IOException(loaded.problems().toString());
        }
        WatchedRoutes watched = WatchedRoutes.read(loaded.settings().routes());
        Gateway gateway = Gateway.start(loaded.settings(), watched)
                .toCompletionStage()
                .toCompletableFuture()
                .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        String cluster = loaded.settings().cluster().name();
        HazelcastInstance hazelcast = instances(cluster).stream()
                .filter(instance -> gateway.name()
                        .equals(instance.getCluster().getLocalMember().getAttribute("sluice.node")))
                .findFirst()
                .orElseThrow();
        return new JvmNode(gateway, watched, hazelcast);
    }

    /** Members of that cluster in this process. */
    static List<HazelcastInstance> instances(String cluster) {
        return Hazelcast.getAllHazelcastInstances().stream()
                .filter(instance -> instance.getConfig().getClusterName().equals(cluster))
                .toList();
    }

    @Override
    public String name() {
        return gateway.name();
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int httpPort() {
        return gateway.httpPort();
    }

    @Override
    public int controlPort() {
        return gateway.controlPort();
    }

    /**
     * As near as can be to the death of a process: all event loops stop at once, the member is gone without a goodbye, and all sockets are
     * closed with what was not read or written yet. Only then the loops go on, to find everything closed.
     */
    @Override
    public void kill() throws Exception {
        var vertx = (VertxInternal) gateway.vertx();
        var loops = new ArrayList<EventExecutor>();
        vertx.nettyEventLoopGroup().forEach(loops::add);
        vertx.acceptorEventLoopGroup().forEach(loops::add);
        var stopped = new CountDownLatch(loops.size());
        var dead = new CountDownLatch(1);
        for (EventExecutor loop : loops) {
            loop.execute(() -> {
                stopped.countDown();
                awaitQuietly(dead);
                closeSockets(loop);
            });
        }
        awaitQuietly(stopped);
        hazelcast.getLifecycleService().terminate();
        Future<?> ended = vertx.nettyEventLoopGroup().shutdownGracefully(0, 1, TimeUnit.SECONDS);
        Future<?> acceptorEnded = vertx.acceptorEventLoopGroup().shutdownGracefully(0, 1, TimeUnit.SECONDS);
        dead.countDown();
        ended.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        acceptorEnded.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        routes.close();
    }

    /** What a loop does last; here it comes before all that waits to be done or read. */
    private static void closeSockets(EventExecutor loop) {
        try {
            Field handler = SingleThreadIoEventLoop.class.getDeclaredField("ioHandler");
            handler.setAccessible(true);
            ((IoHandler) handler.get(loop)).prepareToDestroy();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a node could not be stopped");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void leave() throws Exception {
        gateway.close().toCompletionStage().toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        routes.close();
    }
}
