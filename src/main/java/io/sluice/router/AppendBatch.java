package io.sluice.router;

import io.sluice.bus.LocalRouters;
import io.sluice.bus.PublishException;
import io.sluice.channel.ItemOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An append on its way: gathers what becomes of its items, then answers once. */
final class AppendBatch {
    private final LocalRouters.Answer answer;
    private final ItemOutcome[] outcomes;
    private int open;
    private boolean accepted;
    private PublishException.@Nullable Reason failure;
    private String failureText = "";

    AppendBatch(LocalRouters.Answer answer, int items) {
        this.answer = answer;
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
            answer.done(List.of(outcomes));
        } else {
            PublishException.Reason reason =
                    accepted && failure.nothingAccepted() ? PublishException.Reason.FAILED : failure;
            answer.failed(reason, failureText);
        }
    }
}
