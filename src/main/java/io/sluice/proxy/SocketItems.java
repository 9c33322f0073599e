package io.sluice.proxy;

import io.sluice.config.OverflowPolicy;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.grip.SocketClose;
import io.sluice.origin.ClientUri;
import io.sluice.stats.DropReason;
import io.sluice.wire.EncodedItem;
import io.sluice.wire.SocketFrame;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What published items do to a WebSocket (GRIP, ws-message). Event loop only. */
final class SocketItems implements ItemOwner {
    private final SessionParts parts;
    private final SocketClient client;
    private final SocketSession session;
    private Map<String, String> meta = Map.of();

    SocketItems(SessionParts parts, SocketClient client, SocketSession session) {
        this.parts = parts;
        this.client = client;
        this.session = session;
    }

    /** @param value null removes */
    void setMeta(String name, @Nullable String value) {
        var changed = new HashMap<>(meta);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        meta = changed;
    }

    @Override
    public boolean ready() {
        return session.ready();
    }

    @Override
    public @Nullable Format format(PublishItem item) {
        return item.message();
    }

    @Override
    public byte[] content(Format format) {
        return ((Format.WsMessage) format).content();
    }

    @Override
    public Map<String, String> meta() {
        return meta;
    }

    @Override
    public ClientUri base() {
        return client.uri();
    }

    @Override
    public boolean room(Subscription subscription, WaitingItem waiting) {
        if (!session.output().full()) {
            return true;
        }
        PublishItem item = waiting.item();
        OverflowPolicy policy = parts.pressure().policyOf(item.channel());
        boolean log = policy == OverflowPolicy.CATCH_UP
                && !session.recovers()
                && parts.settings().channels().logOf(item.channel()) != null;
        if (subscription.reliable() && policy != OverflowPolicy.DISCONNECT && !log) {
            session.flow().lose(DropReason.OUTBOX_FULL, subscription);
            return false;
        }
        switch (session.output().admit(item)) {
            case ROOM -> {
                return true;
            }
            case DISCONNECT -> {
                session.drops().dropped(DropReason.OUTBOX_DISCONNECTED, item.channel());
                parts.trace().dropped(DropReason.OUTBOX_DISCONNECTED, client.id(), client.clientId());
                session.disconnect(Disconnect.SLOW);
            }
            case CATCH_UP -> session.flow().catchUps().leaveBehind(subscription, waiting);
            case DROP -> session.flow().lose(DropReason.OUTBOX_FULL, subscription);
        }
        return false;
    }

    /** There is no frame that says so. */
    @Override
    public void gap(Subscription subscription, long items) {
        session.close("gap", SocketCloses.ITEMS_MISSED);
    }

    @Override
    public void channelsChanged() {
        session.resettle();
    }

    @Override
    public boolean takesMore() {
        return session.output().takesMore();
    }

    @Override
    public void act(
            Subscription subscription, PublishItem item, Format format, byte[] content, @Nullable EncodedItem shared) {
        var message = (Format.WsMessage) format;
        switch (format.action()) {
            case SEND -> {
                SocketFrame own =
                        shared == null ? SocketFrame.whole(SocketFrame.Type.of(message.type()), content) : null;
                session.output().item(item, subscription.reliable(), shared, own, content.length);
            }
            case CLOSE ->
                session.close("publish", SocketClose.of(message.closeCode(), message.closeReason()), SocketClose.PLAIN);
            case REFRESH -> session.refresh();
            case HINT -> {}
        }
    }

    @Override
    public void behind(Subscription subscription, boolean sure) {
        if (sure) {
            session.recovery().sure();
        } else {
            session.recovery().suspect();
        }
    }

    @Override
    public void caughtUp() {
        session.recovery().caughtUp();
        session.resettle();
    }

    @Override
    public void reject(String message) {
        session.close("debug", SocketCloses.refused(message));
    }
}
