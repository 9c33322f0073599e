package io.sluice.fanout;

import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.wire.EncodedItem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One item to the subscribers of a loop, without what they do with it, and the list of what is to be flushed. */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FanoutStepBenchmark {
    private static final int SUBSCRIBERS = 1_000;

    private final PublishItem item = new PublishItem(
            "c", "1", null, false, -1, Map.of(), null, new Format.HttpStream(Action.SEND, new byte[100], null), null);
    private final DirtyOutlets dirty = new DirtyOutlets();
    private final TickBudget budget = new TickBudget(System::nanoTime, TimeUnit.SECONDS.toNanos(1));
    private final HashedTimerWheel wheel = new HashedTimerWheel(System::nanoTime, new NoTicker());
    private Map<String, LoopChannel> channels = Map.of();

    private static final class NoTicker implements HashedTimerWheel.Ticker {
        @Override
        public void start(Runnable advance) {}

        @Override
        public void stop() {}
    }

    @Setup
    public void subscribe() {
        var channel = new LoopChannel("c", wheel, new LoopChannel.Router() {
            @Override
            public void ask(LoopChannel asking) {}

            @Override
            public void forget(LoopChannel forgotten, Mode last) {}
        });
        channels = Map.of("c", channel);
        for (int i = 0; i < SUBSCRIBERS; i++) {
            var sink = new CountingSink();
            channel.subscribers()
                    .add(
                            new Subscriber() {
                                @Override
                                public void deliver(String name, EncodedItem delivered) {
                                    sink.write(delivered);
                                    dirty.add(sink);
                                }

                                @Override
                                public void update() {}
                            },
                            Mode.STREAM);
        }
    }

    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS)
    public boolean deliver() {
        budget.start();
        var batch = new ItemBatch(List.of(new EncodedItem(item, new Position(1, 1))));
        boolean done = batch.deliver(channels, budget, dirty, (channel, entry, cause) -> {});
        dirty.flush();
        return done;
    }

    @Benchmark
    public void armAndCancel() {
        wheel.schedule(20_000, () -> {}).cancel();
    }
}
