package io.sluice.bus;

import io.sluice.channel.Position;
import io.sluice.trace.Stage;
import io.sluice.trace.Tally;
import io.sluice.trace.TraceLine;
import io.sluice.wire.ItemCodec;
import io.sluice.wire.WireException;
import io.sluice.wire.WireIn;
import io.sluice.wire.WireOut;
import org.jspecify.annotations.Nullable;

/** What nodes tell each other of items. */
final class ItemWayCodec {
    private static final Stage[] STAGES = Stage.values();

    static final RecordCodec<ItemWay> CODEC = new RecordCodec<>(
            ItemWay.class,
            (out, way) -> {
                out.number(way.remembers());
                out.list(way.lines(), ItemWayCodec::write);
            },
            in -> new ItemWay(in.integer(), in.list(ItemWayCodec::read)));

    private ItemWayCodec() {}

    private static void write(WireOut out, TraceLine line) {
        out.number(line.atMillis());
        out.string(line.stage().name());
        out.string(line.channel());
        out.string(line.id());
        Position position = line.position();
        out.bool(position != null);
        if (position != null) {
            ItemCodec.writePosition(out, position);
        }
        out.number(line.items());
        out.list(line.nodes(), WireOut::string);
        out.string(line.reason());
        Tally tally = line.tally();
        out.bool(tally != null);
        if (tally != null) {
            write(out, tally);
        }
    }

    private static TraceLine read(WireIn in) {
        return new TraceLine(
                in.number(),
                stage(in.string()),
                in.string(),
                in.string(),
                in.bool() ? ItemCodec.readPosition(in) : null,
                in.number(),
                in.list(WireIn::string),
                in.string(),
                tally(in));
    }

    private static void write(WireOut out, Tally tally) {
        out.number(tally.loops());
        out.number(tally.matched());
        out.number(tally.written());
        out.number(tally.queued());
        out.number(tally.covered());
        OverviewCodec.write(out, tally.filtered());
        OverviewCodec.write(out, tally.dropped());
        out.list(tally.named(), (o, named) -> {
            o.string(named.connection());
            o.string(named.client());
            o.string(named.why());
        });
    }

    private static @Nullable Tally tally(WireIn in) {
        return in.bool()
                ? new Tally(
                        in.integer(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        OverviewCodec.numbers(in),
                        OverviewCodec.numbers(in),
                        in.list(i -> new Tally.Named(i.string(), i.string(), i.string())))
                : null;
    }

    private static Stage stage(String name) {
        for (Stage stage : STAGES) {
            if (stage.name().equals(name)) {
                return stage;
            }
        }
        throw new WireException("no such stage: " + name);
    }
}
