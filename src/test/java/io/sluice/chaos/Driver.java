package io.sluice.chaos;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Runs a workload from the thread of a test, which waits; and has the checker read what came of it. */
final class Driver {
    private static final Duration QUIET = Duration.ofMillis(100);
    private static final long PUBLISHED_SECONDS = 60;

    private final Vertx vertx;
    private final History history;
    private final Workload workload;
    private final Duration deadline;

    /** @param deadline for each thing awaited */
    Driver(Vertx vertx, History history, Workload workload, Duration deadline) {
        this.vertx = vertx;
        this.history = history;
        this.workload = workload;
        this.deadline = deadline;
    }

    /** What is promised whatever happens to nodes: chains by what their origin keeps, logged channels by their log. */
    static Set<Rule> promisedAlways(String channel) {
        if (Workload.chained(channel)) {
            return EnumSet.of(Rule.ORDER, Rule.REAL_TIME, Rule.ONCE, Rule.NO_LOSS, Rule.CHAIN);
        }
        return channel.startsWith(Workload.LOGGED) ? promisedInCalm() : Set.of();
    }

    /** What is promised of plain channels while no node comes or goes. */
    static Set<Rule> promisedInCalm() {
        return EnumSet.of(Rule.ORDER, Rule.REAL_TIME, Rule.ONCE, Rule.NO_LOSS);
    }

    /** Subscribers to each channel, so many, and publishing begins. */
    void start(int subscribersEach) throws Exception {
        for (int i = 0; i < subscribersEach; i++) {
            onLoop(workload::joinEach);
        }
        await("all subscribed", workload::allSubscribed);
        onLoop(workload::startPublishing);
    }

    void onLoop(Runnable action) throws Exception {
        get(() -> {
            action.run();
            return true;
        });
    }

    /** Until so many more items are accepted. */
    void awaitAccepted(int items) {
        int from = workload.accepted();
        await(items + " more items accepted", () -> workload.accepted() >= from + items);
    }

    void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .dontCatchUncaughtExceptions()
                .pollInterval(Duration.ofMillis(5))
                .atMost(deadline)
                .until(() -> get(condition));
    }

    /** Ends the publishing; the evidence of all broken promises, empty when none is. */
    String found(Function<String, Set<Rule>> promised) throws Exception {
        Future<?> published = get(workload::stopPublishing);
        published.toCompletionStage().toCompletableFuture().get(PUBLISHED_SECONDS, TimeUnit.SECONDS);
        history.note("published all");
        var checker = new Checker(promised);
        try {
            await("all subscribed again", workload::allSubscribed);
            await("all delivered", () -> checker.toCome(history.events()).isEmpty());
        } catch (ConditionTimeoutException late) {
            history.note("gave up waiting: " + late.getMessage());
        }
        awaitQuiet();
        List<Event> all = history.events();
        return Evidence.first(checker.check(all), all);
    }

    /** Of all that is broken until now. */
    String evidence(Function<String, Set<Rule>> promised) {
        List<Event> all = history.events();
        return Evidence.all(new Checker(promised).check(all), all);
    }

    /** Until nothing has come for a while: what comes twice comes late. */
    private void awaitQuiet() {
        var seen = new AtomicInteger(-1);
        Awaitility.await()
                .dontCatchUncaughtExceptions()
                .pollInterval(QUIET)
                .atMost(deadline)
                .until(() -> {
                    int events = history.events().size();
                    return seen.getAndSet(events) == events;
                });
    }

    private <T> T get(Callable<T> action) throws Exception {
        var result = new CompletableFuture<T>();
        vertx.runOnContext(turn -> {
            try {
                result.complete(action.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(10, TimeUnit.SECONDS);
    }
}
