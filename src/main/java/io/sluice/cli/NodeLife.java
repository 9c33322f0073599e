package io.sluice.cli;

import io.sluice.config.LoadedSettings;
import io.sluice.config.Problem;
import io.sluice.observe.LogOutput;
import io.vertx.core.Future;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;

/** A node's life as a process: settings, start, ready line, signals, end. For the main thread. */
final class NodeLife {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLife.class);

    /** A drain has a bound of its own; what is over it is for a drain that hangs. */
    private static final long OVER_LIMIT_SECONDS = 15;

    private static final int INTERRUPTED_AGAIN = 130;

    private final CommandSpec spec;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger signals = new AtomicInteger();
    private volatile @Nullable RunningNode running;

    /** Starts a node. */
    interface Start {
        RunningNode start() throws LaunchException;
    }

    NodeLife(@Nullable CommandSpec spec) {
        this.spec = Objects.requireNonNull(spec);
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    void complain(Problem problem) {
        spec.commandLine().getErr().println(problem);
    }

    /** The settings, told to the log; what is wrong with them is told: on standard error when that keeps the node from starting, else in the log. */
    LoadedSettings load() {
        LoadedSettings loaded = ConfigOptions.load(spec);
        if (loaded.usable()) {
            LogOutput.apply(loaded.settings().log());
            LOG.info(
                    "node-starting node={} settings={} version=\"{}\"",
                    loaded.settings().node().name(),
                    loaded.file() == null ? "defaults" : loaded.file(),
                    Version.line());
        }
        for (Problem problem : loaded.problems()) {
            if (!loaded.usable()) {
                if (problem.severity() == Problem.Severity.ERROR) {
                    complain(problem);
                }
            } else if (problem.failsCheck()) {
                LOG.warn("settings-problem {}", problem);
            } else {
                LOG.info("settings-note {}", problem);
            }
        }
        return loaded;
    }

    /**
     * Runs a node until a signal ends it, or its operator on the ops port. A second signal hurries its drain, a third kills it.
     *
     * @return the exit code
     */
    int live(Start start, Runnable reload, Consumer<RunningNode> whenReady) throws InterruptedException {
        // Before the start: a signal that comes meanwhile is not lost.
        Signals.on("TERM", this::end);
        Signals.on("INT", this::end);
        Signals.on("HUP", reload);
        RunningNode node;
        try {
            node = start.start();
        } catch (LaunchException e) {
            spec.commandLine().getErr().println("sluice: " + Commands.firstLine(e));
            return Commands.FAILED;
        }
        running = node;
        node.closing().begun().onComplete(begun -> ended.countDown());
        out().println(node.readyLine());
        out().flush();
        whenReady.accept(node);
        ended.await();
        return close(node);
    }

    private void end() {
        RunningNode node = running;
        int signal = signals.incrementAndGet();
        // There is nothing to hurry in a node that starts.
        if (signal > 2 || (signal == 2 && node == null)) {
            Runtime.getRuntime().halt(INTERRUPTED_AGAIN);
        }
        if (signal == 2 && node != null) {
            node.closing().hurry();
        }
        ended.countDown();
    }

    private static int close(RunningNode node) throws InterruptedException {
        LOG.info("node-closing node={}", node.name());
        long seconds = node.closing().limit().toSeconds() + OVER_LIMIT_SECONDS;
        Future<?> closed = node.closing().close();
        try {
            closed.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
            LOG.info("node-closed node={}", node.name());
            return 0;
        } catch (ExecutionException e) {
            LOG.warn("node-close-failed node={} reason={}", node.name(), String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            LOG.warn("node-close-late node={} seconds={}", node.name(), seconds);
        }
        return Commands.FAILED;
    }
}
