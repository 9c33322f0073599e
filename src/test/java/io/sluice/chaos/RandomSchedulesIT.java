package io.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random schedules on one cluster of real nodes in this process: clients come and go, nodes join, leave and die, while publishers publish to any
 * node. Replay one with {@code -Dsluice.chaos.seed=SEED}; run more of them with {@code -Dsluice.chaos.runs=N}.
 */
class RandomSchedulesIT {
    private static final Logger LOG = LoggerFactory.getLogger(RandomSchedulesIT.class);
    private static final int RUNS = Integer.getInteger("sluice.chaos.runs", 20);
    private static final int NODES = 3;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    @TempDir
    Path directory;

    private @Nullable StoreOrigin origin;
    private @Nullable JvmCluster cluster;

    @BeforeEach
    void start() throws Exception {
        origin = new StoreOrigin(vertx, "127.0.0.1", 1);
        cluster = new JvmCluster(directory, "* 127.0.0.1:" + origin.port(), Map.of("channels.log", NodeFiles.LOG));
        for (int i = 0; i < NODES; i++) {
            cluster.join();
        }
        cluster.awaitSettled();
    }

    @AfterEach
    void stop() throws Exception {
        Objects.requireNonNull(cluster).close();
        Objects.requireNonNull(origin).close();
        vertx.close().await();
    }

    @Test
    void every_promise_is_kept_whatever_happens() throws Exception {
        Long seed = Long.getLong("sluice.chaos.seed");
        long first = seed == null ? System.nanoTime() & 0xffff_ffffL : seed;
        LOG.info("chaos first-seed={}", first);
        for (int i = 0; i < (seed == null ? RUNS : 1); i++) {
            Schedule schedule = Schedule.of(first + i);
            var run = new ScheduleRun(vertx, Objects.requireNonNull(cluster), Objects.requireNonNull(origin), schedule);
            String evidence = run.run();
            assertThat(evidence)
                    .as("replay with -Dsluice.chaos.seed=%s; %s", schedule.seed(), schedule.steps())
                    .isEmpty();
            run.restore();
        }
        LOG.info("chaos recoveries={}", Objects.requireNonNull(origin).recoveries);
    }
}
