package io.sluice.wire;

import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.grip.SocketClose;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An item's shared bytes, made and given back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EncodedItemBenchmark {
    private static final Position POSITION = new Position(1, 1);

    private final PublishItem stream = item(new Format.HttpStream(Action.SEND, new byte[100], null), null);
    private final PublishItem both = item(
            new Format.HttpStream(Action.SEND, new byte[100], null),
            new Format.WsMessage(
                    Action.SEND, Format.WsMessage.Type.TEXT, new byte[100], SocketClose.NO_CODE, "", null));

    private static PublishItem item(Format.HttpStream stream, Format.WsMessage message) {
        return new PublishItem("c", "1", null, false, -1, Map.of(), null, stream, message);
    }

    @Benchmark
    public boolean stream() {
        return new EncodedItem(stream, POSITION).release();
    }

    @Benchmark
    public boolean streamAndMessage() {
        return new EncodedItem(both, POSITION).release();
    }
}
