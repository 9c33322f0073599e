package io.sluice.netty;

import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.wire.EncodedItem;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stream items for tests. */
public final class Items {
    private Items() {}

    public static EncodedItem stream(String channel, @Nullable String id, byte[] content) {
        return new EncodedItem(
                new PublishItem(
                        channel,
                        id,
                        null,
                        false,
                        -1,
                        Map.of(),
                        null,
                        new Format.HttpStream(Action.SEND, content, null),
                        null),
                new Position(1, 1));
    }

    public static EncodedItem stream(String channel, @Nullable String id, String content) {
        return stream(channel, id, content.getBytes(StandardCharsets.UTF_8));
    }
}
