package io.sluice.bus;

import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.sluice.stats.DropReason;
import io.sluice.wire.ItemCodec;
import io.sluice.wire.WireException;
import io.sluice.wire.WireIn;
import io.sluice.wire.WireOut;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The codecs of all records that cross the bus. */
public final class BusCodecs {
    private static final DropReason[] REASONS = DropReason.values();

    static final RecordCodec<HomeMessage.Append> APPEND = new RecordCodec<>(
            HomeMessage.Append.class,
            (out, append) -> {
                out.list(append.items(), ItemCodec::write);
                out.number(append.hops());
            },
            in -> new HomeMessage.Append(in.list(ItemCodec::read), in.integer()));

    static final RecordCodec<HomeMessage.Subscribe> SUBSCRIBE = new RecordCodec<>(
            HomeMessage.Subscribe.class,
            (out, subscribe) -> {
                out.string(subscribe.node());
                out.string(subscribe.channel());
                out.number(subscribe.token());
                Position since = subscribe.since();
                out.bool(since != null);
                if (since != null) {
                    ItemCodec.writePosition(out, since);
                }
            },
            in -> new HomeMessage.Subscribe(
                    in.string(), in.string(), in.number(), in.bool() ? ItemCodec.readPosition(in) : null));

    static final RecordCodec<HomeMessage.Unsubscribe> UNSUBSCRIBE = new RecordCodec<>(
            HomeMessage.Unsubscribe.class,
            (out, unsubscribe) -> {
                out.string(unsubscribe.node());
                out.string(unsubscribe.channel());
                out.number(unsubscribe.token());
            },
            in -> new HomeMessage.Unsubscribe(in.string(), in.string(), in.number()));

    static final RecordCodec<HomeMessage.Forget> FORGET = new RecordCodec<>(
            HomeMessage.Forget.class,
            (out, forget) -> {
                out.string(forget.channel());
                out.string(forget.lastId());
            },
            in -> new HomeMessage.Forget(in.string(), in.string()));

    static final RecordCodec<AppendReceipt> RECEIPT = new RecordCodec<>(
            AppendReceipt.class,
            (out, receipt) -> out.list(receipt.outcomes(), BusCodecs::writeOutcome),
            in -> new AppendReceipt(in.list(BusCodecs::readOutcome)));

    static final RecordCodec<HomeMessage.Ack> ACK = new RecordCodec<>(
            HomeMessage.Ack.class,
            (out, ack) -> {
                out.string(ack.node());
                out.number(ack.link());
                out.number(ack.number());
            },
            in -> new HomeMessage.Ack(in.string(), in.number(), in.number()));

    static final RecordCodec<HomeMessage.Replay> REPLAY = new RecordCodec<>(
            HomeMessage.Replay.class,
            (out, replay) -> {
                out.string(replay.channel());
                out.string(replay.id());
            },
            in -> new HomeMessage.Replay(in.string(), in.string()));

    static final RecordCodec<HomeMessage.Tail> TAIL = new RecordCodec<>(
            HomeMessage.Tail.class,
            (out, tail) -> {
                out.string(tail.channel());
                ItemCodec.writePosition(out, tail.after());
                out.number(tail.bound().items());
                out.number(tail.bound().bytes());
            },
            in -> new HomeMessage.Tail(
                    in.string(), ItemCodec.readPosition(in), new TailBound(Math.toIntExact(in.number()), in.number())));

    static final RecordCodec<Replayed> REPLAYED =
            new RecordCodec<>(Replayed.class, PacketCodec::writeReplayed, PacketCodec::readReplayed);

    static final RecordCodec<NodeMessage.Packet> PACKET =
            new RecordCodec<>(NodeMessage.Packet.class, PacketCodec::write, PacketCodec::read);

    static final RecordCodec<Control.Recover> RECOVER =
            new RecordCodec<>(Control.Recover.class, (out, recover) -> {}, in -> new Control.Recover());

    static final RecordCodec<Control.RefreshChannel> REFRESH_CHANNEL = new RecordCodec<>(
            Control.RefreshChannel.class,
            (out, refresh) -> out.string(refresh.channel()),
            in -> new Control.RefreshChannel(in.string()));

    static final RecordCodec<ConnectionCommand.Check> CHECK = new RecordCodec<>(
            ConnectionCommand.Check.class,
            (out, check) -> out.list(check.ids(), WireOut::string),
            in -> new ConnectionCommand.Check(in.list(WireIn::string)));

    static final RecordCodec<ConnectionCommand.Refresh> REFRESH = new RecordCodec<>(
            ConnectionCommand.Refresh.class,
            (out, refresh) -> out.list(refresh.ids(), WireOut::string),
            in -> new ConnectionCommand.Refresh(in.list(WireIn::string)));

    static final RecordCodec<ConnectionCommand.Close> CLOSE = new RecordCodec<>(
            ConnectionCommand.Close.class,
            (out, close) -> {
                out.list(close.ids(), WireOut::string);
                out.number(close.code());
                out.string(close.reason());
            },
            in -> new ConnectionCommand.Close(in.list(WireIn::string), in.integer(), in.string()));

    static final RecordCodec<ConnectionsReached> REACHED = new RecordCodec<>(
            ConnectionsReached.class,
            (out, reached) -> out.list(reached.ids(), WireOut::string),
            in -> new ConnectionsReached(in.list(WireIn::string)));

    static final RecordCodec<ClaimMessage.Evict> EVICT = new RecordCodec<>(
            ClaimMessage.Evict.class,
            (out, evict) -> {
                writeClaim(out, evict);
                out.string(evict.byNode());
                out.string(evict.byConnection());
                out.number(evict.byToken());
            },
            in -> new ClaimMessage.Evict(in.string(), in.string(), in.number(), in.string(), in.string(), in.number()));

    static final RecordCodec<ClaimMessage.Confirm> CONFIRM = new RecordCodec<>(
            ClaimMessage.Confirm.class,
            BusCodecs::writeClaim,
            in -> new ClaimMessage.Confirm(in.string(), in.string(), in.number()));

    static final RecordCodec<ClaimHeld> CLAIM_HELD =
            new RecordCodec<>(ClaimHeld.class, (out, held) -> out.bool(held.there()), in -> new ClaimHeld(in.bool()));

    private BusCodecs() {}

    /** Once for each Vert.x, before anything is sent. */
    public static void register(EventBus bus) {
        bus.registerDefaultCodec(HomeMessage.Append.class, APPEND);
        bus.registerDefaultCodec(HomeMessage.Subscribe.class, SUBSCRIBE);
        bus.registerDefaultCodec(HomeMessage.Unsubscribe.class, UNSUBSCRIBE);
        bus.registerDefaultCodec(HomeMessage.Forget.class, FORGET);
        bus.registerDefaultCodec(AppendReceipt.class, RECEIPT);
        bus.registerDefaultCodec(HomeMessage.Ack.class, ACK);
        bus.registerDefaultCodec(HomeMessage.Replay.class, REPLAY);
        bus.registerDefaultCodec(HomeMessage.Tail.class, TAIL);
        bus.registerDefaultCodec(NodeMessage.LoopTail.class, insideOnly(NodeMessage.LoopTail.class));
        bus.registerDefaultCodec(Replayed.class, REPLAYED);
        bus.registerDefaultCodec(NodeMessage.LoopReplay.class, insideOnly(NodeMessage.LoopReplay.class));
        bus.registerDefaultCodec(NodeMessage.Packet.class, PACKET);
        bus.registerDefaultCodec(Control.Recover.class, RECOVER);
        bus.registerDefaultCodec(Control.RefreshChannel.class, REFRESH_CHANNEL);
        bus.registerDefaultCodec(ConnectionCommand.Check.class, CHECK);
        bus.registerDefaultCodec(ConnectionCommand.Refresh.class, REFRESH);
        bus.registerDefaultCodec(ConnectionCommand.Close.class, CLOSE);
        bus.registerDefaultCodec(ConnectionsReached.class, REACHED);
        bus.registerDefaultCodec(ClaimMessage.Evict.class, EVICT);
        bus.registerDefaultCodec(ClaimMessage.Confirm.class, CONFIRM);
        bus.registerDefaultCodec(ClaimHeld.class, CLAIM_HELD);
        PresenceCodecs.register(bus);
        bus.registerDefaultCodec(NodeMessage.LoopSubscribe.class, insideOnly(NodeMessage.LoopSubscribe.class));
        bus.registerDefaultCodec(NodeMessage.LoopUnsubscribe.class, insideOnly(NodeMessage.LoopUnsubscribe.class));
        bus.registerDefaultCodec(NodeMessage.LoopForget.class, insideOnly(NodeMessage.LoopForget.class));
    }

    private static void writeClaim(WireOut out, ClaimMessage about) {
        out.string(about.client());
        out.string(about.connection());
        out.number(about.token());
    }

    private static <T extends Record> MessageCodec<T, T> insideOnly(Class<T> type) {
        BiConsumer<WireOut, T> write = (out, message) -> {
            throw new WireException(type.getSimpleName() + " never leaves its node");
        };
        Function<WireIn, T> read = in -> {
            throw new WireException(type.getSimpleName() + " never comes from another node");
        };
        return new RecordCodec<>(type, write, read);
    }

    private static void writeOutcome(WireOut out, ItemOutcome outcome) {
        out.octet((outcome.duplicate() ? 1 : 0) | (outcome.waiting() ? 2 : 0));
        ItemCodec.writePosition(out, outcome.position());
        DropReason dropped = outcome.dropped();
        out.optionalString(dropped == null ? null : dropped.name());
    }

    private static ItemOutcome readOutcome(WireIn in) {
        int flags = in.octet();
        var position = ItemCodec.readPosition(in);
        String dropped = in.optionalString();
        return new ItemOutcome((flags & 1) != 0, (flags & 2) != 0, position, dropped == null ? null : reason(dropped));
    }

    private static DropReason reason(String name) {
        for (DropReason reason : REASONS) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        throw new WireException("no such drop reason: " + name);
    }
}
