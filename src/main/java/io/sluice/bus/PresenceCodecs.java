package io.sluice.bus;

import io.sluice.wire.WireIn;
import io.sluice.wire.WireOut;
import io.vertx.core.eventbus.EventBus;

/** The codecs of questions for presence, and their answers. */
final class PresenceCodecs {
    static final RecordCodec<PresenceQuestion.OfChannel> OF_CHANNEL = new RecordCodec<>(
            PresenceQuestion.OfChannel.class,
            (out, question) -> out.string(question.channel()),
            in -> new PresenceQuestion.OfChannel(in.string()));

    static final RecordCodec<PresenceQuestion.Channels> CHANNELS = new RecordCodec<>(
            PresenceQuestion.Channels.class,
            (out, question) -> {
                out.string(question.prefix());
                out.string(question.after());
                out.number(question.limit());
            },
            in -> new PresenceQuestion.Channels(in.string(), in.string(), in.integer()));

    static final RecordCodec<ChannelPresence> PRESENCE = new RecordCodec<>(
            ChannelPresence.class,
            (out, presence) -> {
                write(out, presence.subscriptions());
                out.number(presence.unnamed());
                out.list(presence.clients(), WireOut::string);
            },
            in -> new ChannelPresence(readTally(in), in.number(), in.list(WireIn::string)));

    static final RecordCodec<ChannelList> LIST = new RecordCodec<>(
            ChannelList.class,
            (out, list) -> {
                out.list(list.channels(), (o, line) -> {
                    o.string(line.channel());
                    write(o, line.subscriptions());
                });
                out.bool(list.more());
            },
            in -> new ChannelList(in.list(i -> new ChannelList.Line(i.string(), readTally(i))), in.bool()));

    static final RecordCodec<PresenceQuestion.OfItem> OF_ITEM = new RecordCodec<>(
            PresenceQuestion.OfItem.class,
            (out, question) -> {
                out.string(question.channel());
                out.string(question.id());
                out.number(question.limit());
            },
            in -> new PresenceQuestion.OfItem(in.string(), in.string(), in.integer()));

    static final RecordCodec<PresenceQuestion.Named> NAMED = new RecordCodec<>(
            PresenceQuestion.Named.class,
            (out, question) -> out.list(question.channels(), WireOut::string),
            in -> new PresenceQuestion.Named(in.list(WireIn::string)));

    static final RecordCodec<PresenceQuestion.OfNode> OF_NODE = new RecordCodec<>(
            PresenceQuestion.OfNode.class,
            (out, question) -> out.number(question.channels()),
            in -> new PresenceQuestion.OfNode(in.integer()));

    private PresenceCodecs() {}

    static void register(EventBus bus) {
        bus.registerDefaultCodec(PresenceQuestion.OfChannel.class, OF_CHANNEL);
        bus.registerDefaultCodec(PresenceQuestion.Channels.class, CHANNELS);
        bus.registerDefaultCodec(PresenceQuestion.OfItem.class, OF_ITEM);
        bus.registerDefaultCodec(PresenceQuestion.Named.class, NAMED);
        bus.registerDefaultCodec(PresenceQuestion.OfNode.class, OF_NODE);
        bus.registerDefaultCodec(NodeOverview.class, OverviewCodec.CODEC);
        bus.registerDefaultCodec(ItemWay.class, ItemWayCodec.CODEC);
        bus.registerDefaultCodec(ChannelPresence.class, PRESENCE);
        bus.registerDefaultCodec(ChannelList.class, LIST);
    }

    private static void write(WireOut out, SubscriptionTally tally) {
        out.number(tally.streams());
        out.number(tally.longPolls());
        out.number(tally.webSockets());
    }

    private static SubscriptionTally readTally(WireIn in) {
        return new SubscriptionTally(in.number(), in.number(), in.number());
    }
}
