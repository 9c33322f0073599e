package io.sluice.proxy;

import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.grip.HoldMode;
import io.sluice.grip.Instruction;
import io.sluice.netty.Sink;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;

/** The sessions of one event loop. That loop only. */
final class LoopSessions implements Sessions {
    private final SessionParts parts;
    private final Map<String, RequestMemory> retrying = new HashMap<>();

    LoopSessions(SessionParts parts) {
        this.parts = parts;
    }

    @Override
    public void accept(Exchange exchange, Instruction instruction) {
        RequestMemory memory = memory(exchange);
        if (instruction.hold() == HoldMode.NONE && instruction.next() == null) {
            answer(exchange, instruction);
            GoneLinks.post(memory, exchange, parts);
            return;
        }
        GoneLinks.note(memory, exchange, instruction.gone());
        if (instruction.hold() == HoldMode.RESPONSE) {
            new ResponseSession(parts, exchange, memory, instruction, this::retry).start();
        } else {
            new StreamSession(parts, exchange, memory).start(instruction);
        }
    }

    @Override
    public void acceptSent(Exchange exchange, Instruction instruction, Sink sink) {
        RequestMemory memory = memory(exchange);
        GoneLinks.note(memory, exchange, instruction.gone());
        new StreamSession(parts, exchange, memory).startSent(instruction, sink);
    }

    @Override
    public void decline(Exchange exchange, Instruction instruction) {
        RequestMemory memory = memory(exchange);
        GoneLinks.note(memory, exchange, instruction.gone());
        GoneLinks.post(memory, exchange, parts);
    }

    /** Requests that are with their origins again. */
    int retrying() {
        return retrying.size();
    }

    /** Completes once no origin is being told of a client that has gone. To be called once, when no session is left. */
    Future<Void> gonesTold() {
        return parts.gones().idle();
    }

    private RequestMemory memory(Exchange exchange) {
        RequestMemory known = retrying.remove(exchange.id());
        return known == null ? new RequestMemory() : known;
    }

    /** Sends the client's request to the origin again; what must outlive that is kept here. */
    private void retry(Exchange exchange, RequestMemory memory, Headers lastIds) {
        retrying.put(exchange.id(), memory);
        exchange.onGone(() -> over(exchange));
        exchange.retry(lastIds, () -> over(exchange));
    }

    private void over(Exchange exchange) {
        RequestMemory memory = retrying.remove(exchange.id());
        if (memory != null) {
            GoneLinks.post(memory, exchange, parts);
        }
    }

    /** Neither hold nor next link: only the response's own filters are left to do. */
    private static void answer(Exchange exchange, Instruction instruction) {
        GripResponse response = FirstResponse.filtered(exchange, instruction);
        if (response != null) {
            exchange.respond(response);
        }
    }
}
