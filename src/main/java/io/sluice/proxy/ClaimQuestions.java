package io.sluice.proxy;

import io.sluice.bus.ClaimLine;
import io.sluice.bus.ClaimMessage;
import io.sluice.claim.Claim;
import io.sluice.claim.ClaimStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Asks other nodes about the claims of their connections: again and again, until a node answers or is gone. Who asks the same shares the
 * question, and it goes on when they wait no longer: a close that was late is a close. Any thread.
 */
final class ClaimQuestions {
    private static final long ATTEMPT_MILLIS = 1000;
    private static final long PAUSE_MILLIS = 100;
    /** The audit of the claims comes after that. */
    private static final long GIVE_UP_MILLIS = 60_000;

    private record Subject(Class<?> question, String connection, long token) {}

    private record Open(Claim about, Promise<Boolean> answer, long sinceNanos) {
        boolean old() {
            return System.nanoTime() - sinceNanos >= TimeUnit.MILLISECONDS.toNanos(GIVE_UP_MILLIS);
        }
    }

    private final Vertx vertx;
    private final ClaimStore store;
    private final ClaimLine line;
    private final BiConsumer<ClaimMessage, Boolean> answered;
    private final Map<Subject, Open> open = new ConcurrentHashMap<>();

    /** @param answered told once for each question, also when nobody waits any more */
    ClaimQuestions(Vertx vertx, ClaimStore store, ClaimLine line, BiConsumer<ClaimMessage, Boolean> answered) {
        this.vertx = vertx;
        this.store = store;
        this.line = line;
        this.answered = answered;
    }

    /** Members have come or gone: who is gone has no connections. */
    void membersChanged() {
        open.values().forEach(question -> {
            if (!store.live(question.about)) {
                question.answer.tryComplete(false);
            }
        });
    }

    /** Whether the connection of another node had the claim; false when the node is gone. Fails when nobody has answered in that time. */
    Future<Boolean> ask(Claim about, ClaimMessage message, long withinMillis) {
        var subject = new Subject(message.getClass(), about.connection(), about.token());
        var mine = new Open(about, Promise.promise(), System.nanoTime());
        Open asked = open.putIfAbsent(subject, mine);
        if (asked == null) {
            asked = mine;
            mine.answer
                    .future()
                    .onComplete(done -> open.remove(subject, mine))
                    .onSuccess(there -> answered.accept(message, there));
            attempt(mine, message);
        } else if (!store.live(about)) {
            asked.answer.tryComplete(false);
        }
        return asked.answer.future().timeout(withinMillis, TimeUnit.MILLISECONDS);
    }

    private void attempt(Open question, ClaimMessage message) {
        Promise<Boolean> answer = question.answer;
        if (answer.future().isComplete()) {
            return;
        }
        if (!store.live(question.about)) {
            answer.tryComplete(false);
            return;
        }
        line.ask(question.about.node(), message, ATTEMPT_MILLIS).onComplete((there, failure) -> {
            if (there != null) {
                answer.tryComplete(there);
            } else if (question.old()) {
                answer.tryFail(failure);
            } else {
                vertx.setTimer(PAUSE_MILLIS, passed -> attempt(question, message));
            }
        });
    }
}
