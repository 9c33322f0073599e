package io.sluice.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Events of the log as JSON objects, one a line: {@code time}, {@code level}, {@code logger}, then {@code event} and a field for each
 * {@code name=value} of the message. The message's pattern says what is a field, so that no value, whoever sent it, can add one. What is not
 * written in that way is {@code message}; a stack trace is {@code error}.
 */
final class EventJson extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Pattern NAME = Pattern.compile("(\\{}|[a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?: |$)");
    private static final Pattern FIELD = Pattern.compile("([A-Za-z][A-Za-z0-9-]*)=(\"[^\"]*\"|\\S*)|\\S+");
    private static final Set<String> TAKEN = Set.of("time", "level", "logger", "event", "message", "error");
    private static final String OURS = "io.sluice.";
    private static final byte[] NOTHING = {};

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String logger = event.getLoggerName();
        var json = new JsonObject()
                .put("time", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                .put("level", event.getLevel().toString())
                .put("logger", logger.substring(logger.lastIndexOf('.') + 1));
        String pattern = event.getMessage() == null ? "" : event.getMessage();
        Matcher name = NAME.matcher(pattern);
        if (logger.startsWith(OURS) && name.lookingAt()) {
            fields(json, pattern, name, new Values(event.getArgumentArray()));
        } else {
            json.put("message", event.getFormattedMessage());
        }
        if (event.getThrowableProxy() != null) {
            json.put("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return (json.encode() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void fields(JsonObject json, String pattern, Matcher name, Values values) {
        json.put("event", values.fill(name.group(1)));
        var rest = new StringBuilder();
        Matcher field = FIELD.matcher(pattern);
        for (int at = name.end(); at < pattern.length() && field.find(at); at = field.end()) {
            String key = field.group(1);
            if (key == null) {
                rest.append(rest.isEmpty() ? "" : " ").append(values.fill(field.group()));
            } else {
                json.put(TAKEN.contains(key) ? key + "_" : key, values.value(field.group(2)));
            }
        }
        if (!rest.isEmpty()) {
            json.put("message", rest.toString());
        }
    }

    /** What stands for the placeholders, one after the other. */
    private static final class Values {
        private final @Nullable Object @Nullable [] arguments;
        private int next;

        Values(@Nullable Object @Nullable [] arguments) {
            this.arguments = arguments;
        }

        @Nullable
        Object value(String text) {
            String bare = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                    ? text.substring(1, text.length() - 1)
                    : text;
            if (!bare.equals("{}")) {
                return fill(bare);
            }
            Object argument = take();
            return argument instanceof Number || argument instanceof Boolean ? argument : String.valueOf(argument);
        }

        String fill(String text) {
            int place = text.indexOf("{}");
            if (place < 0) {
                return text;
            }
            String before = text.substring(0, place) + take();
            return before + fill(text.substring(place + 2));
        }

        private @Nullable Object take() {
            return arguments == null || next >= arguments.length ? "{}" : arguments[next++];
        }
    }
}
