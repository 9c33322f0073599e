package io.sluice.bus;

import io.sluice.wire.WireIn;
import io.sluice.wire.WireOut;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What nodes tell each other of how they are. */
final class OverviewCodec {
    static final RecordCodec<NodeOverview> CODEC = new RecordCodec<>(
            NodeOverview.class,
            (out, overview) -> {
                out.string(overview.version());
                out.list(overview.waitingFor(), WireOut::string);
                out.bool(overview.isolated());
                write(out, overview.numbers());
                write(out, overview.drops());
                out.list(overview.timings().entrySet(), (o, timing) -> {
                    o.string(timing.getKey());
                    o.list(timing.getValue(), WireOut::number);
                });
                out.number(overview.activity().millis());
                write(out, overview.activity().items());
            },
            in -> new NodeOverview(
                    in.string(),
                    in.list(WireIn::string),
                    in.bool(),
                    numbers(in),
                    numbers(in),
                    timings(in),
                    new NodeOverview.Activity(in.number(), numbers(in))));

    private OverviewCodec() {}

    static void write(WireOut out, Map<String, Long> numbers) {
        out.list(numbers.entrySet(), (o, number) -> {
            o.string(number.getKey());
            o.number(number.getValue());
        });
    }

    static Map<String, Long> numbers(WireIn in) {
        var numbers = new TreeMap<String, Long>();
        in.list(i -> Map.entry(i.string(), i.number())).forEach(entry -> numbers.put(entry.getKey(), entry.getValue()));
        return numbers;
    }

    private static Map<String, List<Long>> timings(WireIn in) {
        var timings = new TreeMap<String, List<Long>>();
        in.list(i -> Map.entry(i.string(), i.list(WireIn::number)))
                .forEach(entry -> timings.put(entry.getKey(), entry.getValue()));
        return timings;
    }
}
