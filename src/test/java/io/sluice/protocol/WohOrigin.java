package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * What answers WebSocket-over-HTTP requests of one path, as the test says, one answer after another. When there is none left it
 * answers CLOSE by the same CLOSE, and everything else by no events; so it does with DISCONNECT always.
 */
final class WohOrigin {
    static final String TYPE = "application/websocket-events";

    private final ScriptedOrigin origin;
    private final String path;
    private final Queue<ScriptedOrigin.Script> answers = new ConcurrentLinkedQueue<>();

    WohOrigin(ScriptedOrigin origin, String path) {
        this.origin = origin;
        this.path = path;
        origin.on(path, this::next);
    }

    private Answer next(Received request) throws Exception {
        List<WsEvent> events = WsEvent.decode(request.body());
        boolean over = events.stream().anyMatch(event -> event.type().equals("DISCONNECT"));
        ScriptedOrigin.Script next = over ? null : answers.poll();
        if (next != null) {
            return next.answer(request);
        }
        return answer(
                events.stream().filter(event -> event.type().equals("CLOSE")).toArray(WsEvent[]::new));
    }

    /** The next request that has no answer yet gets this one. */
    WohOrigin then(ScriptedOrigin.Script script) {
        answers.add(script);
        return this;
    }

    WohOrigin then(Answer answer) {
        return then(request -> answer);
    }

    WohOrigin then(WsEvent... events) {
        return then(answer(events));
    }

    /** Holds these events back until the latch is open. */
    WohOrigin then(CountDownLatch go, WsEvent... events) {
        return then(request -> {
            go.await();
            return answer(events);
        });
    }

    /** 200 with these events. */
    static Answer answer(WsEvent... events) {
        return answer(List.of(), events);
    }

    static Answer answer(List<String> headers, WsEvent... events) {
        var lines = new ArrayList<>(headers);
        lines.add("Content-Type: " + TYPE);
        return Answer.of("200 OK", WsEvent.encode(events), lines.toArray(String[]::new));
    }

    /** So many requests at least, when they have come. */
    List<Received> requests(int count) {
        ProtocolCases.await()
                .untilAsserted(() -> assertThat(origin.received(path)).hasSizeGreaterThanOrEqualTo(count));
        return origin.received(path);
    }

    /** The request of that number, from 0, when it has come. */
    Received request(int number) {
        return requests(number + 1).get(number);
    }

    /** The events of the request of that number, from 0, when it has come. */
    List<String> events(int number) {
        return transcript(request(number));
    }

    /** The events of all requests so far. */
    List<String> events() {
        return origin.received(path).stream()
                .flatMap(request -> transcript(request).stream())
                .toList();
    }

    /** Waits until this is what has come in all requests together. */
    void awaitEvents(String... transcript) {
        ProtocolCases.await().untilAsserted(() -> assertThat(events()).containsExactly(transcript));
    }

    static List<String> transcript(Received request) {
        return WsEvent.decode(request.body()).stream().map(WsEvent::toString).toList();
    }
}
