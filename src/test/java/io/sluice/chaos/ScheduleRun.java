package io.sluice.chaos;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One schedule on a cluster: what is done, and what is found of it. The thread of the test; waits. */
final class ScheduleRun {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleRun.class);
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Duration QUIET = Duration.ofMillis(100);

    private static final int NODES = 3;
    private static final int MOST_NODES = 4;

    private final Vertx vertx;
    private final JvmCluster cluster;
    private final Schedule schedule;
    private final History history = new History();
    private final Random random;
    private final Workload workload;
    /** What is being done to nodes beside the clients' doings. */
    private final List<CompletableFuture<Void>> aside = new ArrayList<>();

    ScheduleRun(Vertx vertx, JvmCluster cluster, StoreOrigin origin, Schedule schedule) {
        this.vertx = vertx;
        this.cluster = cluster;
        this.schedule = schedule;
        this.random = new Random(schedule.seed());
        this.workload =
                new Workload(vertx, history, origin, cluster::any, Long.toHexString(schedule.seed()), schedule.seed());
    }

    /** The evidence of all broken promises; empty when none is. */
    String run() throws Exception {
        long begin = System.nanoTime();
        try {
            onLoop(workload::joinEach);
            onLoop(workload::joinEach);
            await("all subscribed", workload::allSubscribed);
            onLoop(workload::startPublishing);
            for (Schedule.Step step : schedule.steps()) {
                int from = workload.accepted();
                await(step.toString(), () -> workload.accepted() >= from + step.pause());
                take(step);
            }
            CompletableFuture.allOf(aside.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
            onLoop(() -> workload.burst(10));
            Future<?> published = get(workload::stopPublishing);
            published.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
            history.note("published all");
            return found();
        } finally {
            onLoop(workload::close);
            LOG.info(
                    "chaos seed={} calm={} steps={} accepted={} millis={}",
                    schedule.seed(),
                    schedule.calm(),
                    schedule.steps().size(),
                    workload.accepted(),
                    (System.nanoTime() - begin) / 1_000_000);
        }
    }

    /** Brings the cluster back to what every schedule begins with. */
    void restore() throws Exception {
        if (schedule.calm()) {
            return;
        }
        while (cluster.size() < NODES) {
            cluster.join();
        }
        while (cluster.size() > NODES) {
            cluster.leave(cluster.pick(random));
        }
        cluster.awaitSettled();
    }

    private String found() throws Exception {
        var checker = new Checker(this::promised);
        try {
            await("all subscribed again", workload::allSubscribed);
            await("all delivered", () -> checker.toCome(history.events()).isEmpty());
        } catch (ConditionTimeoutException late) {
            history.note("gave up waiting: " + late.getMessage());
        }
        awaitQuiet();
        List<Event> all = history.events();
        return Evidence.of(checker.check(all), all);
    }

    /** Until nothing has come for a while: what comes twice comes late. */
    private void awaitQuiet() {
        var seen = new AtomicInteger(-1);
        Awaitility.await()
                .dontCatchUncaughtExceptions()
                .pollInterval(QUIET)
                .atMost(DEADLINE)
                .until(() -> {
                    int events = history.events().size();
                    return seen.getAndSet(events) == events;
                });
    }

    private Set<Rule> promised(String channel) {
        if (Workload.chained(channel)) {
            return EnumSet.of(Rule.ORDER, Rule.REAL_TIME, Rule.ONCE, Rule.NO_LOSS, Rule.CHAIN);
        }
        return schedule.calm() || channel.startsWith(Workload.LOGGED)
                ? EnumSet.of(Rule.ORDER, Rule.REAL_TIME, Rule.ONCE, Rule.NO_LOSS)
                : Set.of();
    }

    private void take(Schedule.Step step) throws Exception {
        switch (step.action()) {
            case CLIENT_JOINS -> onLoop(workload::join);
            case CLIENT_LEAVES -> onLoop(workload::leaveOne);
            case CLIENT_CUT -> onLoop(workload::cutOne);
            case BURST -> onLoop(() -> workload.burst(step.pick()));
            case BAD_CALL -> onLoop(workload::publishRefused);
            case NODE_JOINS -> {
                if (cluster.size() < MOST_NODES) {
                    join();
                }
            }
            case NODE_LEAVES -> {
                if (cluster.size() > 2) {
                    leave(cluster.pick(random));
                }
            }
            case NODE_KILLED -> {
                // Of what has no backup yet nothing is promised.
                settle();
                cluster.awaitSafe();
                Node node = cluster.pick(random);
                if (cluster.size() > 2) {
                    history.note("kill " + node.name());
                    cluster.kill(node);
                    history.note("killed " + node.name());
                }
            }
            case NODE_REPLACED -> {
                Node node = cluster.pick(random);
                join();
                leave(node);
            }
        }
    }

    private void join() {
        aside("join", () -> {
            Node node = cluster.join();
            history.note("joined " + node.name());
        });
    }

    private void leave(Node node) {
        aside("leave " + node.name(), () -> {
            cluster.leave(node);
            history.note("left " + node.name());
        });
    }

    private interface Deed {
        void run() throws Exception;
    }

    private void aside(String what, Deed deed) {
        history.note(what);
        var done = new CompletableFuture<Void>();
        new Thread(
                        () -> {
                            try {
                                deed.run();
                                done.complete(null);
                            } catch (Exception e) {
                                done.completeExceptionally(e);
                            }
                        },
                        "chaos-" + what)
                .start();
        aside.add(done);
    }

    private void settle() {
        CompletableFuture.allOf(aside.toArray(CompletableFuture[]::new)).join();
    }

    private void onLoop(Runnable action) throws Exception {
        get(() -> {
            action.run();
            return true;
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

    private void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .dontCatchUncaughtExceptions()
                .pollInterval(Duration.ofMillis(5))
                .atMost(DEADLINE)
                .until(() -> get(condition));
    }
}
