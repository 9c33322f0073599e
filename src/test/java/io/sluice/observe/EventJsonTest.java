package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.sluice.config.Settings;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log as JSON, configured as the product does it. */
class EventJsonTest {
    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void configure() throws Exception {
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());
        LogOutput.apply(new Settings.Log("json", true), context);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private String line(String logger, String message, @Nullable Throwable thrown, @Nullable Object... arguments) {
        var appender = (ConsoleAppender<ILoggingEvent>)
                Objects.requireNonNull(context.getLogger("ROOT").getAppender("err"));
        var event = new LoggingEvent("fqcn", context.getLogger(logger), Level.WARN, message, thrown, arguments);
        return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
    }

    private JsonObject json(String message, @Nullable Object... arguments) {
        var json = new JsonObject(line("io.sluice.proxy.DropLog", message, null, arguments));
        assertThat(json.remove("time").toString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(json.remove("level")).isEqualTo("WARN");
        assertThat(json.remove("logger")).isEqualTo("DropLog");
        return json;
    }

    @Test
    void anEventIsItsNameAndItsValues() {
        assertThat(json("items-dropped connection={} items={} last={} why=\"{}\"", "a-1", 3, true, "it is full"))
                .isEqualTo(new JsonObject()
                        .put("event", "items-dropped")
                        .put("connection", "a-1")
                        .put("items", 3)
                        .put("last", true)
                        .put("why", "it is full"));
    }

    @Test
    void whatIsWrittenInThePatternIsAValueToo() {
        assertThat(json("refused by=api reason=\"not now\" at={}:{}", "host", 80))
                .isEqualTo(new JsonObject()
                        .put("event", "refused")
                        .put("by", "api")
                        .put("reason", "not now")
                        .put("at", "host:80"));
    }

    @Test
    void theNameMayBeAValueAndTheRestIsAMessage() {
        assertThat(json("{} uri={} {}", "request", "/a", "code=200 bytes=1"))
                .isEqualTo(new JsonObject()
                        .put("event", "request")
                        .put("uri", "/a")
                        .put("message", "code=200 bytes=1"));
    }

    @Test
    void noValueMakesAFieldOrALine() {
        String forged = "x event=forged\n{\"level\":\"ERROR\"} items=9";
        JsonObject json = json("a-b uri={} items={}", forged, 1);
        assertThat(json)
                .isEqualTo(
                        new JsonObject().put("event", "a-b").put("uri", forged).put("items", 1));
        assertThat(line("io.sluice.x.Y", "a-b uri={}", null, forged).lines()).hasSize(1);
    }

    @Test
    void fieldsThatEachLineHasAreNotOverwritten() {
        assertThat(json("a-b level={} message={} time={}", 1, "m", 2))
                .isEqualTo(new JsonObject()
                        .put("event", "a-b")
                        .put("level_", 1)
                        .put("message_", "m")
                        .put("time_", 2));
    }

    @Test
    void othersHaveAMessage() {
        var json = new JsonObject(line("io.vertx.core.X", "it failed with {}", null, "this"));
        assertThat(json.getString("message")).isEqualTo("it failed with this");
        assertThat(json.containsKey("event")).isFalse();
    }

    @Test
    void aStackTraceIsAField() {
        String line = line("io.sluice.x.Y", "a-b c={}", new IllegalStateException("no\nluck"), "d");
        assertThat(line.lines()).hasSize(1);
        assertThat(new JsonObject(line).getString("error"))
                .startsWith("java.lang.IllegalStateException: no\nluck")
                .contains("\tat ");
    }

    @Test
    void aMissingValueShows() {
        assertThat(json("a-b c={} d={}", "e"))
                .isEqualTo(new JsonObject().put("event", "a-b").put("c", "e").put("d", "{}"));
        assertThat(json("a-b c={}", (Object) null).getString("c")).isEqualTo("null");
    }

    @Test
    void theAccessLogIsOnWhereItWasAskedFor() {
        assertThat(context.getLogger("io.sluice.access").isInfoEnabled()).isTrue();
        LogOutput.apply(new Settings.Log("text", false), context);
        assertThat(context.getLogger("io.sluice.access").isErrorEnabled()).isFalse();
    }
}
