package io.sluice.chaos;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One schedule on a cluster: what is done, and what is found of it. The thread of the test; waits. */
final class ScheduleRun {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleRun.class);
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final int NODES = 3;
    private static final int MOST_NODES = 4;

    private final JvmCluster cluster;
    private final Schedule schedule;
    private final History history = new History();
    private final Random random;
    private final Workload workload;
    private final Driver driver;
    /** What is being done to nodes beside the clients' doings. */
    private final List<CompletableFuture<Void>> aside = new ArrayList<>();

    ScheduleRun(Vertx vertx, JvmCluster cluster, StoreOrigin origin, Schedule schedule) {
        this.cluster = cluster;
        this.schedule = schedule;
        this.random = new Random(schedule.seed());
        this.workload =
                new Workload(vertx, history, origin, cluster::any, Long.toHexString(schedule.seed()), schedule.seed());
        this.driver = new Driver(vertx, history, workload, DEADLINE);
    }

    /** The evidence of all broken promises; empty when none is. */
    String run() throws Exception {
        long begin = System.nanoTime();
        try {
            driver.start(2);
            for (Schedule.Step step : schedule.steps()) {
                driver.awaitAccepted(step.pause());
                take(step);
            }
            settle();
            driver.onLoop(() -> workload.burst(10));
            return driver.found(this::promised);
        } finally {
            driver.onLoop(workload::close);
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

    private Set<Rule> promised(String channel) {
        return schedule.calm() && !Workload.chained(channel) ? Driver.promisedInCalm() : Driver.promisedAlways(channel);
    }

    private void take(Schedule.Step step) throws Exception {
        switch (step.action()) {
            case CLIENT_JOINS -> driver.onLoop(workload::join);
            case CLIENT_LEAVES -> driver.onLoop(workload::leaveOne);
            case CLIENT_CUT -> driver.onLoop(workload::cutOne);
            case BURST -> driver.onLoop(() -> workload.burst(step.pick()));
            case BAD_CALL -> driver.onLoop(workload::publishRefused);
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
            case NODE_KILLED -> kill(step.pick());
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

    /** In the middle of a burst. Of what has no backup yet nothing is promised, so it waits for that. */
    private void kill(int burst) throws Exception {
        settle();
        cluster.awaitSafe();
        if (cluster.size() > 2) {
            Node node = cluster.pick(random);
            driver.onLoop(() -> workload.burst(burst));
            history.note("kill " + node.name());
            cluster.kill(node);
            history.note("killed " + node.name());
        }
    }

    private interface Deed {
        void run() throws Exception;
    }

    private void aside(String what, Deed deed) {
        history.note(what);
        var done = new CompletableFuture<Void>();
        Runnable work = () -> {
            try {
                deed.run();
                done.complete(null);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        };
        new Thread(work, "chaos-" + what).start();
        aside.add(done);
    }

    private void settle() throws Exception {
        CompletableFuture.allOf(aside.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    }
}
