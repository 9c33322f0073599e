package io.sluice.bus;

import io.sluice.wire.ItemCodec;
import io.sluice.wire.WireException;
import io.sluice.wire.WireIn;
import io.sluice.wire.WireOut;

/** Numbered items as bytes: packets of a link, and replays. */
final class PacketCodec {
    private static final int NUMBERED = 1;
    private static final int HEAD = 2;
    private static final int SUBSCRIBED_AT = 3;

    private PacketCodec() {}

    static void write(WireOut out, NodeMessage.Packet packet) {
        out.string(packet.from());
        out.number(packet.link());
        out.number(packet.number());
        out.list(packet.entries(), PacketCodec::writeEntry);
    }

    static NodeMessage.Packet read(WireIn in) {
        return new NodeMessage.Packet(in.string(), in.number(), in.number(), in.list(PacketCodec::readEntry));
    }

    static void writeReplayed(WireOut out, Replayed replayed) {
        out.bool(replayed.covered());
        ItemCodec.writePosition(out, replayed.at());
        out.list(replayed.items(), PacketCodec::writeNumbered);
        out.bool(replayed.more());
    }

    static Replayed readReplayed(WireIn in) {
        return new Replayed(in.bool(), ItemCodec.readPosition(in), in.list(PacketCodec::readNumbered), in.bool());
    }

    private static void writeEntry(WireOut out, NodeMessage.Entry entry) {
        if (entry instanceof NodeMessage.Numbered numbered) {
            out.octet(NUMBERED);
            writeNumbered(out, numbered);
        } else if (entry instanceof NodeMessage.Head head) {
            out.octet(HEAD);
            out.string(head.channel());
            ItemCodec.writePosition(out, head.position());
        } else if (entry instanceof NodeMessage.SubscribedAt at) {
            out.octet(SUBSCRIBED_AT);
            out.string(at.channel());
            out.number(at.token());
            ItemCodec.writePosition(out, at.position());
            out.bool(at.first());
            out.optionalString(at.lastId());
            out.bool(at.logged());
            out.list(at.tail(), PacketCodec::writeNumbered);
        }
    }

    private static NodeMessage.Entry readEntry(WireIn in) {
        int kind = in.octet();
        return switch (kind) {
            case NUMBERED -> readNumbered(in);
            case HEAD -> new NodeMessage.Head(in.string(), ItemCodec.readPosition(in));
            case SUBSCRIBED_AT ->
                new NodeMessage.SubscribedAt(
                        in.string(),
                        in.number(),
                        ItemCodec.readPosition(in),
                        in.bool(),
                        in.optionalString(),
                        in.bool(),
                        in.list(PacketCodec::readNumbered));
            default -> throw new WireException("no such entry of a packet: " + kind);
        };
    }

    private static void writeNumbered(WireOut out, NodeMessage.Numbered numbered) {
        ItemCodec.write(out, numbered.item());
        ItemCodec.writePosition(out, numbered.position());
    }

    private static NodeMessage.Numbered readNumbered(WireIn in) {
        return new NodeMessage.Numbered(ItemCodec.read(in), ItemCodec.readPosition(in));
    }
}
