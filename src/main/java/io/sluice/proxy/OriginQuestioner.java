package io.sluice.proxy;

import io.sluice.fanout.TimerWheel;
import io.sluice.grip.FilterOutcome.OriginAnswer;
import io.sluice.grip.FilterOutcome.OriginQuestion;
import io.sluice.grip.GripException;
import io.sluice.grip.Headers;
import io.sluice.origin.Cancellation;
import io.sluice.origin.ClientUri;
import io.sluice.origin.OriginException;
import io.sluice.origin.OriginResponse;
import io.sluice.origin.SessionRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks origins on behalf of filters (GRIP, http-check and http-modify). Event loop only. */
final class OriginQuestioner {
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final int MAX_ANSWER_BYTES = 100_000;

    private OriginQuestioner() {}

    /** A question under way. */
    static final class Question {
        private final Cancellation cancellation = new Cancellation();
        private @Nullable Consumer<OriginAnswer> listener;
        private @Nullable OriginResponse response;
        private TimerWheel.@Nullable Timeout timeout;

        private Question(Consumer<OriginAnswer> listener) {
            this.listener = listener;
        }

        /** The answer is not wanted any more. */
        void cancel() {
            listener = null;
            if (timeout != null) {
                timeout.cancel();
            }
            cancellation.cancel();
            if (response != null) {
                response.cancel();
            }
        }

        /** Whether it was answered or cancelled. */
        boolean over() {
            return listener == null;
        }

        private void answer(OriginAnswer answer) {
            Consumer<OriginAnswer> waiting = listener;
            cancel();
            if (waiting != null) {
                waiting.accept(answer);
            }
        }

        private void fail(String error) {
            answer(new OriginAnswer(0, Headers.EMPTY, new byte[0], error));
        }

        private void answered(OriginResponse head) {
            if (over()) {
                head.cancel();
                return;
            }
            response = head;
            head.collect(MAX_ANSWER_BYTES).onComplete(body -> {
                OriginResponse.Collected collected = body.result();
                if (collected == null) {
                    fail("network request failed: " + reason(body.cause()));
                } else if (!collected.complete()) {
                    fail("network response exceeded " + MAX_ANSWER_BYTES + " bytes");
                } else {
                    answer(new OriginAnswer(head.status(), head.headers(), collected.bytes(), null));
                }
            });
        }
    }

    /**
     * Sends the question.
     *
     * @param listener called once, perhaps before this returns
     */
    static Question ask(
            SessionParts parts,
            SessionClient client,
            ClientUri base,
            OriginQuestion asked,
            Consumer<OriginAnswer> listener) {
        var question = new Question(listener);
        ClientUri uri;
        try {
            uri = LinkUri.resolve(base, asked.url());
        } catch (GripException e) {
            question.timeout = parts.timers().schedule(0, () -> question.fail("invalid url value"));
            return question;
        }
        question.timeout = parts.timers()
                .schedule(TIMEOUT_MILLIS, () -> question.fail("network request failed: no answer in time"));
        var request = new SessionRequest(
                "POST",
                uri,
                asked.headers(),
                asked.body(),
                client.route(),
                client.uri(),
                client.peer(),
                client.target().untrusted());
        parts.origin()
                .send(request, question.cancellation)
                .onSuccess(question::answered)
                .onFailure(e -> question.fail("network request failed: " + reason(e)));
        return question;
    }

    private static String reason(@Nullable Throwable cause) {
        return cause instanceof OriginException failure ? failure.detail() : String.valueOf(cause);
    }
}
