package io.sluice.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import io.sluice.config.Settings;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/** The log as the settings want it. It begins as text, before they are known. */
public final class LogOutput {
    private static final String APPENDER = "err";
    private static final String ACCESS = "io.sluice.access";

    /** Lines that may wait for whoever reads the log. */
    private static final int LINES = 10_000;

    private static final LongAdder DISCARDED = new LongAdder();

    private LogOutput() {}

    /** Lines that were not written, because too many waited. */
    static long discarded() {
        return DISCARDED.sum();
    }

    /** For the process of a node, at its start. What is logged as it ends is still written. */
    public static void apply(Settings.Log settings) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            apply(settings, context);
            queue(context);
        }
    }

    private static void queue(LoggerContext context) {
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        Appender<ILoggingEvent> direct = root.getAppender(APPENDER);
        if (direct == null) {
            return;
        }
        var queued = new QueuedLog(direct, LINES, DISCARDED);
        queued.setContext(context);
        queued.setName(APPENDER + "-queued");
        queued.start();
        root.detachAppender(direct);
        root.addAppender(queued);
        Runtime.getRuntime().addShutdownHook(new Thread(queued::stop, "sluice-log-end"));
    }

    static void apply(Settings.Log settings, LoggerContext context) {
        context.getLogger(ACCESS).setLevel(settings.access() ? Level.INFO : Level.OFF);
        if (settings.json()
                && context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(APPENDER)
                        instanceof OutputStreamAppender<ILoggingEvent> appender) {
            var encoder = new EventJson();
            encoder.setContext(context);
            encoder.start();
            appender.setEncoder(encoder);
        }
    }
}
