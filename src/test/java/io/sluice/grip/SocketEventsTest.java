package io.sluice.grip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketEventsTest {
    /** {@code ~} stands for CRLF. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "|",
                "OPEN~|OPEN",
                "OPEN~TEXT 5~hello~|OPEN/TEXT hello",
                "TEXT~BINARY~PING~PONG~|TEXT/BINARY/PING/PONG",
                "TEXT 0~~PING 0~~|TEXT/PING",
                "TEXT A~0123456789~|TEXT 0123456789",
                "TEXT a~0123456789~|TEXT 0123456789",
                "TEXT 00000003~a~~|TEXT a~",
                "BINARY 2~~~PONG 1~x~|BINARY ~/PONG x",
                "OPEN 1~x~|OPEN x",
                "CLOSE~|CLOSE",
                "CLOSE 5~abcde~|CLOSE abcde",
                "DISCONNECT~|DISCONNECT",
                // Nothing follows an end, be it an event or not.
                "CLOSE~TEXT 1~x~|CLOSE",
                "DISCONNECT~TEXT zz~|DISCONNECT",
                "CLOSE 2~ab~garbage|CLOSE ab",
                // Of other types there may be more one day.
                "NEWS~TEXT 1~x~|TEXT x",
                "NEWS 3~a~~TEXT 1~x~|TEXT x",
                "text 1~y~TEXT 1~x~|TEXT x",
            })
    void bodiesAreRead(String body, String expected) throws GripException {
        assertThat(show(SocketEvents.decode(bytes(body == null ? "" : body))))
                .isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TEXT",
                "TEXT\n",
                "TEXT 5~hell~",
                "TEXT 5~hello",
                "TEXT 5~hellooo~",
                "TEXT 5~hello\n\n",
                "TEXT zz~hello~",
                "TEXT -1~hello~",
                "TEXT +5~hello~",
                "TEXT  5~hello~",
                "TEXT 5 ~hello~",
                "TEXT ~hello~",
                "TEXT 0x5~hello~",
                "TEXT ffffffff~hello~",
                "TEXT 7fffffff~hello~",
                "TEXT 100000000~hello~",
                "NEWS 9~x~",
                "~",
                " 1~x~",
                "TE(T~",
                "OPEN~nonsense",
            })
    void whatIsNoEventIsRefused(String body) {
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> SocketEvents.decode(bytes(body)))
                .withMessageStartingWith("malformed websocket-events: ");
    }

    @Test
    void whatNoFrameCanCarryIsRefused() throws GripException {
        assertThat(SocketEvents.decode(bytes("PING 7d~" + "x".repeat(125) + "~")))
                .hasSize(1);
        for (String body : List.of("PING 7e~" + "x".repeat(126) + "~", "TEXT 1~\u00ff~", "OPEN~TEXT 2~\u00c3(~")) {
            assertThatExceptionOfType(GripException.class)
                    .as(body)
                    .isThrownBy(() -> SocketEvents.decode(bytes(body)))
                    .withMessageStartingWith("malformed websocket-events: a ");
        }
    }

    @Test
    void bodiesAreWritten() {
        var events = List.of(
                SocketEvent.of(SocketEvent.Type.OPEN),
                SocketEvent.text(""),
                SocketEvent.text("0123456789abcdefg"),
                new SocketEvent(
                        SocketEvent.Type.CLOSE, SocketClose.of(1000, "b").content()));
        assertThat(new String(SocketEvents.encode(events), ISO_8859_1))
                .isEqualTo("OPEN\r\nTEXT\r\nTEXT 11\r\n0123456789abcdefg\r\nCLOSE 3\r\n\3\350b\r\n");
        assertThat(SocketEvents.encode(List.of())).isEmpty();
    }

    @Property
    void whatIsWrittenIsRead(@ForAll("events") List<SocketEvent> events) throws GripException {
        assertThat(SocketEvents.decode(SocketEvents.encode(events)))
                .usingRecursiveComparison()
                .isEqualTo(events);
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll("bodies") byte[] body) {
        try {
            assertThat(SocketEvents.decode(body))
                    .allSatisfy(event -> assertThat(event.content()).hasSizeLessThan(body.length));
        } catch (GripException e) {
            assertThat(e.text()).startsWith("malformed websocket-events: ");
        }
    }

    @Property
    void aBodyCutShortIsRefusedOrHasFewerEvents(@ForAll("events") List<SocketEvent> events, @ForAll int cut) {
        byte[] whole = SocketEvents.encode(events);
        byte[] part = Arrays.copyOf(whole, whole.length == 0 ? 0 : Math.floorMod(cut, whole.length));
        try {
            List<SocketEvent> read = SocketEvents.decode(part);
            assertThat(show(read)).isEqualTo(show(events.subList(0, read.size())));
        } catch (GripException e) {
            assertThat(e.text()).isNotBlank();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/websocket-events|true",
                "Application/WebSocket-Events|true",
                "application/websocket-events; charset=utf-8|true",
                "' application/websocket-events ;x'|true",
                "application/websocket-events2|false",
                "text/plain; application/websocket-events|false",
                "''|false",
                "|false",
            })
    void theMediaTypeCountsWithoutItsParameters(String contentType, boolean expected) {
        assertThat(SocketEvents.isMediaType(contentType)).isEqualTo(expected);
    }

    @Provide
    Arbitrary<List<SocketEvent>> events() {
        Arbitrary<SocketEvent> passing = event(
                SocketEvent.Type.OPEN,
                SocketEvent.Type.TEXT,
                SocketEvent.Type.BINARY,
                SocketEvent.Type.PING,
                SocketEvent.Type.PONG);
        Arbitrary<SocketEvent> ending = event(SocketEvent.Type.CLOSE, SocketEvent.Type.DISCONNECT);
        return Combinators.combine(passing.list().ofMaxSize(6), ending.list().ofMaxSize(1))
                .as((all, end) -> {
                    var events = new ArrayList<>(all);
                    events.addAll(end);
                    return List.copyOf(events);
                });
    }

    /** Lines that begin well are rare among any bytes. */
    @Provide
    Arbitrary<byte[]> bodies() {
        return Arbitraries.oneOf(
                        Arbitraries.of("OPEN", "TEXT", "CLOSE", "X", " ", "\r\n", "0", "1", "5", "a", "fffffff"),
                        Arbitraries.chars().range('\0', '\u00ff').map(String::valueOf))
                .list()
                .ofMaxSize(15)
                .map(parts -> String.join("", parts).getBytes(ISO_8859_1));
    }

    private static Arbitrary<SocketEvent> event(SocketEvent.Type... types) {
        return Arbitraries.of(types).flatMap(type -> content(type).map(content -> new SocketEvent(type, content)));
    }

    private static Arbitrary<byte[]> content(SocketEvent.Type type) {
        return switch (type) {
            case TEXT ->
                Arbitraries.strings()
                        .withCharRange(' ', '\ud7ff')
                        .ofMaxLength(100)
                        .map(text -> text.getBytes(UTF_8));
            case PING, PONG -> Arbitraries.bytes().array(byte[].class).ofMaxSize(125);
            default -> Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        };
    }

    private static byte[] bytes(String body) {
        return body.replace("~", "\r\n").getBytes(ISO_8859_1);
    }

    private static String show(List<SocketEvent> events) {
        return events.stream()
                .map(event -> event.content().length == 0
                        ? event.type().name()
                        : event.type() + " " + new String(event.content(), ISO_8859_1).replace("\r\n", "~"))
                .collect(Collectors.joining("/"));
    }
}
