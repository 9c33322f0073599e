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

    private PresenceCodecs() {}

    static void register(EventBus bus) {
        bus.registerDefaultCodec(PresenceQuestion.OfChannel.class, OF_CHANNEL);
        bus.registerDefaultCodec(PresenceQuestion.Channels.class, CHANNELS);
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
