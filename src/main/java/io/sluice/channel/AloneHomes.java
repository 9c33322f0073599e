package io.sluice.channel;

import io.vertx.core.Handler;
import java.util.Set;

/** A cluster of one: this node is the home of every channel, for good. */
public final class AloneHomes implements ChannelHomes {
    private final String self;

    public AloneHomes(String self) {
        this.self = self;
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public String homeOf(String channel) {
        return self;
    }

    @Override
    public Set<String> members() {
        return Set.of(self);
    }

    /** Never calls: nothing changes here. */
    @Override
    public void onChange(Handler<Void> listener) {}
}
