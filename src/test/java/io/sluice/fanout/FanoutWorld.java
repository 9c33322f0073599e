package io.sluice.fanout;

import io.sluice.bus.Addresses;
import io.sluice.bus.NodeMessage;
import io.sluice.stats.Stats;
import io.sluice.wire.EncodedItem;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A fan-out on a real event loop, with virtual timers and a router that notes what it is told. */
final class FanoutWorld implements AutoCloseable {
    static final String NODE = "n1";

    final Vertx vertx = Vertx.vertx();
    final Context context = vertx.getOrCreateContext();
    final Loops loops = new Loops(1);
    final Stats stats = new Stats();
    final AtomicLong nanos = new AtomicLong();
    final BlockingQueue<NodeMessage> router = new LinkedBlockingQueue<>();
    final EventLoopFanout fanout;
    private @Nullable Runnable advance;

    FanoutWorld() throws Exception {
        this(null);
    }

    /** @param clock in place of the virtual one */
    FanoutWorld(@Nullable LongSupplier clock) throws Exception {
        LocalCodec.register(vertx.eventBus(), NodeMessage.LoopSubscribe.class);
        LocalCodec.register(vertx.eventBus(), NodeMessage.LoopUnsubscribe.class);
        LocalCodec.register(vertx.eventBus(), NodeMessage.LoopForget.class);
        for (int i = 0; i < Addresses.ROUTERS; i++) {
            vertx.eventBus().<NodeMessage>localConsumer(Addresses.node(NODE, i), message -> router.add(message.body()));
        }
        var ticker = new HashedTimerWheel.Ticker() {
            @Override
            public void start(Runnable task) {
                advance = task;
            }

            @Override
            public void stop() {
                advance = null;
            }
        };
        LongSupplier time = clock == null ? nanos::get : clock;
        fanout = on(() -> new EventLoopFanout(0, vertx, context, NODE, loops, stats, time, ticker));
    }

    /** Runs on the loop. */
    <T> T on(Callable<T> call) throws Exception {
        var result = new CompletableFuture<T>();
        context.runOnContext(nothing -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(10, TimeUnit.SECONDS);
    }

    void run(Runnable task) throws Exception {
        on(() -> {
            task.run();
            return true;
        });
    }

    /** Lets virtual time pass. */
    void pass(long millis) throws Exception {
        run(() -> {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
            if (advance != null) {
                advance.run();
            }
        });
    }

    /** Waits for what the router is told next. */
    @Nullable
    NodeMessage told() throws InterruptedException {
        return router.poll(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Notes what it gets. */
    static class Listener implements Subscriber {
        final List<String> got = new ArrayList<>();
        int updates;

        @Override
        public void deliver(String channel, EncodedItem item) {
            got.add(channel + ":" + item.item().id());
        }

        @Override
        public void update() {
            updates++;
        }
    }
}
