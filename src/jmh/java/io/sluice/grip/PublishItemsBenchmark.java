package io.sluice.grip;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A publish call from bytes to items. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PublishItemsBenchmark {
    @Param({"1", "50"})
    public int items;

    private byte[] body = {};

    @Setup
    public void fill() {
        var list = new JsonArray();
        for (int i = 0; i < items; i++) {
            var stream = new JsonObject().put("content", "data: " + "x".repeat(92) + "\n\n");
            list.add(new JsonObject()
                    .put("channel", "channel-" + i)
                    .put("id", String.valueOf(i))
                    .put("formats", new JsonObject().put("http-stream", stream)));
        }
        body = new JsonObject().put("items", list).toBuffer().getBytes();
    }

    @Benchmark
    public List<PublishItem> parse() throws GripException {
        return PublishItems.parse(body);
    }
}
