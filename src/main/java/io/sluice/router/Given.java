package io.sluice.router;

import io.sluice.bus.PublishException;
import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Position;
import io.sluice.grip.PublishItem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a channel's sequencer has given out in one go, and whom to tell what became of it. */
final class Given {
    /** One published item that awaits its outcome; it depends on the position of the last item before these. */
    private record Reply(AppendBatch batch, int index, Function<Position, ItemOutcome> outcome) {}

    /** In their order, to be numbered. */
    final List<PublishItem> items = new ArrayList<>(1);

    /** Ids that were new to the channel. */
    final List<String> newIds = new ArrayList<>(1);

    /** Whether other items wait for a predecessor than did before. */
    boolean waitingChanged;

    private final List<Reply> replies = new ArrayList<>(1);

    void reply(AppendBatch batch, int index, Function<Position, ItemOutcome> outcome) {
        replies.add(new Reply(batch, index, outcome));
    }

    void sawFirst(@Nullable String id) {
        if (id != null) {
            newIds.add(id);
        }
    }

    boolean changesNothing() {
        return items.isEmpty() && !waitingChanged;
    }

    /** @param before the position of the last item before these */
    void done(Position before) {
        replies.forEach(reply -> reply.batch.done(reply.index, reply.outcome.apply(before)));
    }

    void failed(PublishException.Reason reason, String text) {
        replies.forEach(reply -> reply.batch.failed(1, reason, text));
    }
}
