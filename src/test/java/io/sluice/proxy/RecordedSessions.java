package io.sluice.proxy;

import io.sluice.grip.GripResponse;
import io.sluice.grip.HoldMode;
import io.sluice.grip.Instruction;
import io.sluice.netty.Sink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Sessions that note what they are given, and do what the test says. */
final class RecordedSessions implements Sessions {
    record Sent(Exchange exchange, Instruction instruction, Sink sink) {}

    final List<Instruction> accepted = new CopyOnWriteArrayList<>();
    final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    final List<Sent> sent = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    volatile BiConsumer<Exchange, Instruction> onAccept = (exchange, instruction) -> {};

    @Override
    public void accept(Exchange exchange, Instruction instruction) {
        exchanges.add(exchange);
        accepted.add(instruction);
        exchange.onGone(() -> events.add("gone"));
        onAccept.accept(exchange, instruction);
    }

    @Override
    public void acceptSent(Exchange exchange, Instruction instruction, Sink sink) {
        sent.add(new Sent(exchange, instruction, sink));
        sink.end();
    }

    @Override
    public void decline(Exchange exchange, Instruction instruction) {
        events.add("declined");
    }

    /** Answers with what a timeout would, or streams the response and ends. */
    static void finish(Exchange exchange, Instruction instruction) {
        GripResponse response = instruction.response();
        if (instruction.hold() == HoldMode.STREAM) {
            Sink sink = exchange.stream(response.status(), response.reason(), response.headers(), response.body());
            sink.end();
        } else {
            exchange.respond(response);
        }
    }
}
