package io.sluice.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Has the log written by a thread of its own, in order, so that nobody who logs waits for whoever reads the log: event loops least of all. What finds no
 * room is discarded, counted, and told once there is room. Any thread.
 */
final class QueuedLog extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final long LOOK_MILLIS = 200;
    private static final long STOP_MILLIS = 5_000;

    private final Appender<ILoggingEvent> to;
    private final ArrayBlockingQueue<ILoggingEvent> queue;
    private final LongAdder discarded;
    private final Thread writer = new Thread(this::write, "sluice-log");
    private volatile boolean stopping;
    private volatile boolean over;
    private long told;

    /**
     * @param to where the lines go
     * @param lines that may wait
     * @param discarded counts those that found no room
     */
    QueuedLog(Appender<ILoggingEvent> to, int lines, LongAdder discarded) {
        this.to = to;
        this.queue = new ArrayBlockingQueue<>(lines);
        this.discarded = discarded;
        this.told = discarded.sum();
        writer.setDaemon(true);
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (over) {
            to.doAppend(event);
            return;
        }
        event.prepareForDeferredProcessing();
        if (!queue.offer(event)) {
            discarded.increment();
        } else if (over && queue.remove(event)) {
            // The writer had looked for the last time.
            to.doAppend(event);
        }
    }

    private void write() {
        try {
            while (!stopping || !queue.isEmpty()) {
                ILoggingEvent event = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (event != null) {
                    to.doAppend(event);
                }
                tell();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        over = true;
        for (ILoggingEvent event = queue.poll(); event != null; event = queue.poll()) {
            to.doAppend(event);
        }
    }

    private void tell() {
        long now = discarded.sum();
        if (now > told && queue.remainingCapacity() > 0) {
            long lines = now - told;
            told = now;
            var logger = ((LoggerContext) getContext()).getLogger(QueuedLog.class);
            to.doAppend(new LoggingEvent(
                    QueuedLog.class.getName(), logger, Level.WARN, "log-lines-discarded lines={}", null, new Object[] {
                        lines
                    }));
        }
    }

    /** Waits a short time until all is written; what is logged later is written at once. */
    @Override
    public void stop() {
        stopping = true;
        try {
            writer.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
