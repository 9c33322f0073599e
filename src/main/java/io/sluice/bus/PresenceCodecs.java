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

    static final RecordCodec<PresenceQuestion.Slow> SLOW = new RecordCodec<>(
            PresenceQuestion.Slow.class,
            (out, question) -> out.number(question.limit()),
            in -> new PresenceQuestion.Slow(in.integer()));

    static final RecordCodec<PresenceQuestion.OfConnection> OF_CONNECTION = new RecordCodec<>(
            PresenceQuestion.OfConnection.class,
            (out, question) -> out.string(question.id()),
            in -> new PresenceQuestion.OfConnection(in.string()));

    static final RecordCodec<PresenceQuestion.OfClient> OF_CLIENT = new RecordCodec<>(
            PresenceQuestion.OfClient.class,
            (out, question) -> {
                out.string(question.clientId());
                out.number(question.limit());
            },
            in -> new PresenceQuestion.OfClient(in.string(), in.integer()));

    static final RecordCodec<PresenceQuestion.Matching> MATCHING = new RecordCodec<>(
            PresenceQuestion.Matching.class,
            (out, question) -> {
                out.string(question.text());
                out.number(question.limit());
            },
            in -> new PresenceQuestion.Matching(in.string(), in.integer()));

    static final RecordCodec<PresenceQuestion.Disconnect> DISCONNECT = new RecordCodec<>(
            PresenceQuestion.Disconnect.class,
            (out, question) -> out.string(question.id()),
            in -> new PresenceQuestion.Disconnect(in.string()));

    static final RecordCodec<ConnectionReports> REPORTS = new RecordCodec<>(
            ConnectionReports.class,
            (out, reports) -> out.list(reports.connections(), PresenceCodecs::write),
            in -> new ConnectionReports(in.list(PresenceCodecs::readReport)));

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
        bus.registerDefaultCodec(PresenceQuestion.Slow.class, SLOW);
        bus.registerDefaultCodec(PresenceQuestion.OfConnection.class, OF_CONNECTION);
        bus.registerDefaultCodec(PresenceQuestion.OfClient.class, OF_CLIENT);
        bus.registerDefaultCodec(PresenceQuestion.Matching.class, MATCHING);
        bus.registerDefaultCodec(PresenceQuestion.Disconnect.class, DISCONNECT);
        bus.registerDefaultCodec(ConnectionReports.class, REPORTS);
    }

    private static void write(WireOut out, SubscriptionTally tally) {
        out.number(tally.streams());
        out.number(tally.longPolls());
        out.number(tally.webSockets());
    }

    private static SubscriptionTally readTally(WireIn in) {
        return new SubscriptionTally(in.number(), in.number(), in.number());
    }

    private static void write(WireOut out, ConnectionReport report) {
        out.string(report.node());
        out.string(report.id());
        out.octet(report.kind().ordinal());
        out.optionalString(report.clientId());
        out.string(report.address());
        out.string(report.route());
        out.string(report.uri());
        out.string(report.userAgent());
        out.list(report.headers(), WireOut::string);
        out.list(report.channels(), WireOut::string);
        out.number(report.channelCount());
        out.list(report.behind(), WireOut::string);
        out.number(report.behindCount());
        out.number(report.pendingMessages());
        out.number(report.pendingBytes());
        out.number(report.oldestMillis());
        out.number(report.slowMillis());
        out.number(report.stalledMillis());
        out.number(report.dropped());
    }

    private static ConnectionReport readReport(WireIn in) {
        return new ConnectionReport(
                in.string(),
                in.string(),
                in.constant(ConnectionReport.Kind.values()),
                in.optionalString(),
                in.string(),
                in.string(),
                in.string(),
                in.string(),
                in.list(WireIn::string),
                in.list(WireIn::string),
                in.integer(),
                in.list(WireIn::string),
                in.integer(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number());
    }
}
