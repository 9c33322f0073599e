package io.sluice.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.sluice.config.Settings;
import org.slf4j.LoggerFactory;

/** The log as the settings want it. It begins as text, before they are known. */
public final class LogOutput {
    private static final String APPENDER = "err";
    private static final String ACCESS = "io.sluice.access";

    private LogOutput() {}

    /** For the process, at its start. */
    public static void apply(Settings.Log settings) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            apply(settings, context);
        }
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
