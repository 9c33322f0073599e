package io.sluice.router;

import io.sluice.bus.AppendReceipt;
import io.sluice.bus.PublishException;
import io.sluice.channel.ItemOutcome;
import io.vertx.core.eventbus.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An append on its way: gathers what becomes of its items, then replies once. */
final class AppendBatch {
    private final Message<?> request;
    private final ItemOutcome[] outcomes;
    private int open;
    private boolean accepted;
    private PublishException.@Nullable Reason failure;
    private String failureText = "";

    AppendBatch(Message<?> request, int items) {
        this.request = request;
        this.outcomes = new ItemOutcome[items];
        this.open = items;
    }

    void done(int index, ItemOutcome outcome) {
        outcomes[index] = outcome;
        accepted = true;
        close(1);
    }

    /** These items were not done, or perhaps. */
    void failed(int items, PublishException.Reason reason, String text) {
        // The one that promises less wins.
        if (failure == null || failure.nothingAccepted()) {
            failure = reason;
            failureText = text;
        }
        close(items);
    }

    private void close(int items) {
        open -= items;
        if (open > 0) {
            return;
        }
        if (failure == null) {
            request.reply(new AppendReceipt(List.of(outcomes)));
        } else {
            PublishException.Reason reason =
                    accepted && failure.nothingAccepted() ? PublishException.Reason.FAILED : failure;
            request.fail(reason.code(), failureText);
        }
    }
}
