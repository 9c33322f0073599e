package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The log as it is configured in the product: one event is one line, whatever a client sent. */
class LogPatternTest {
    private static String line(String message, @Nullable Throwable thrown, Object... arguments) throws JoranException {
        var context = new LoggerContext();
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());
        Logger logger = context.getLogger(LogPatternTest.class);
        var appender = (ConsoleAppender<ILoggingEvent>)
                logger.getLoggerContext().getLogger(Logger.ROOT_LOGGER_NAME).getAppender("err");
        assertThat(appender.getTarget()).isEqualTo("System.err");
        var event = new LoggingEvent("fqcn", logger, Level.WARN, message, thrown, arguments);
        String line = new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
        context.stop();
        return line;
    }

    @Test
    void an_event_is_a_line_of_time_level_place_and_message() throws JoranException {
        assertThat(line("it-happened key={}", null, "value"))
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ WARN {2}LogPatternTest it-happened key=value\n");
    }

    @Test
    void line_ends_from_outside_stay_in_their_line() throws JoranException {
        assertThat(line("got uri={}", null, "/a\r\n2026-01-01 ERROR forged\n"))
                .endsWith(" got uri=/a\\r\\n2026-01-01 ERROR forged\\n\n")
                .satisfies(text -> assertThat(text.lines()).hasSize(1));
    }

    @Test
    void a_stack_trace_is_readable_and_its_messages_forge_no_line() throws JoranException {
        var thrown = new IllegalStateException("a\r\n2026-01-01 forged", new IllegalArgumentException("b\nforged too"));
        List<String> lines = line("failed", thrown).lines().toList();
        assertThat(lines.get(0)).endsWith(" failed");
        assertThat(lines.get(1)).isEqualTo("java.lang.IllegalStateException: a\\r\\n2026-01-01 forged");
        assertThat(lines.subList(2, lines.size()))
                .allMatch(line -> line.matches("(\\s+(at|\\.\\.\\.) .*|Caused by: .*)"));
        assertThat(lines).anyMatch(line -> line.startsWith("Caused by: ") && line.endsWith("b\\nforged too"));
    }
}
