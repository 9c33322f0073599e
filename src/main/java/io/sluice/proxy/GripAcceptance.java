package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.grip.ChannelSpec;
import io.sluice.grip.GripException;
import io.sluice.grip.GripResponse;
import io.sluice.grip.HoldMode;
import io.sluice.grip.Instruction;
import io.sluice.grip.InstructionParser;
import io.sluice.grip.Reasons;
import io.sluice.netty.Sink;
import io.sluice.origin.OriginException;
import io.sluice.origin.OriginResponse;
import io.sluice.stats.Counter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a GRIP response: an answer, or a session (GRIP, "accept"). The request must be small enough to be sent again,
 * the response to be kept; a large one is streamed at once where the instruction allows it.
 */
final class GripAcceptance {
    private static final Logger LOG = LoggerFactory.getLogger(GripAcceptance.class);
    private static final String BUILD_ID = "build-id";

    private final ProxyLoop loop;
    private final ClientExchange exchange;
    private final ClientRequest request;
    private final OriginResponse response;

    GripAcceptance(ProxyLoop loop, ClientExchange exchange, ClientRequest request, OriginResponse response) {
        this.loop = loop;
        this.exchange = exchange;
        this.request = request;
        this.response = response;
    }

    void start() {
        requestKept().onComplete((kept, unkept) -> {
            if (exchange.gone()) {
                return;
            }
            if (unkept != null) {
                unkept(unkept);
                return;
            }
            response.collect(loop.settings().origin().maxGripBodyBytes()).onComplete(this::collected);
        });
    }

    /** The request's body whole, so that it can be sent again. */
    private Future<Void> requestKept() {
        RequestTap tap = exchange.tap();
        return tap == null
                ? Future.succeededFuture()
                : tap.whole().onSuccess(exchange::keepBody).mapEmpty();
    }

    private void unkept(Throwable why) {
        response.cancel();
        if (why instanceof RequestTap.TooLarge) {
            warn(
                    "request-too-large",
                    "body of more than " + loop.settings().origin().maxGripBodyBytes()
                            + " bytes answered with an instruction");
            exchange.respond(Refusal.TOO_LARGE_FOR_GRIP.response());
        } else {
            exchange.fail(new OriginException(OriginException.Kind.CLIENT_GONE, String.valueOf(why)));
        }
    }

    private void collected(OriginResponse.Collected collected, Throwable failure) {
        if (exchange.gone()) {
            return;
        }
        if (failure != null) {
            exchange.fail(
                    failure instanceof OriginException known
                            ? known
                            : new OriginException(OriginException.Kind.RESET, String.valueOf(failure)));
            return;
        }
        String coding = response.headers().first("Content-Encoding");
        int max = loop.settings().origin().maxGripBodyBytes();
        try {
            if (request.method().equals("HEAD")) {
                answerHead();
            } else if (collected.complete()) {
                byte[] body = ContentCoding.plain(collected.bytes(), coding, max);
                Instruction instruction = InstructionParser.parse(
                        new GripResponse(response.status(), response.reason(), response.headers(), body));
                instruction.requireLink(this::logged);
                accept(instruction);
            } else if (coding != null && !coding.equalsIgnoreCase("identity")) {
                refuse("Content-Encoding '" + coding + "' on a GRIP response of more than " + max + " bytes");
            } else {
                acceptLarge(collected.bytes());
            }
        } catch (GripException e) {
            refuse(e.text());
        }
    }

    private void accept(Instruction instruction) throws GripException {
        if (instruction.hold() != HoldMode.NONE || instruction.next() != null) {
            claimed(instruction, () -> {
                exchange.accepted(instruction);
                loop.sessions().accept(exchange, instruction);
            });
            return;
        }
        GripResponse filtered = FirstResponse.filtered(exchange, instruction);
        if (filtered != null) {
            exchange.respond(filtered);
        }
    }

    private boolean logged(String channel) {
        return loop.settings().channels().logOf(exchange.route().prefix() + channel) != null;
    }

    /** Nothing can be held for a request that wants no body; a JSON instruction has no body to be read from. */
    private void answerHead() throws GripException {
        if (InstructionParser.isJson(response.headers())) {
            exchange.respond(new GripResponse(
                    response.status(), Reasons.of(response.status()), io.sluice.grip.Headers.EMPTY, new byte[0]));
            return;
        }
        exchange.respond(InstructionParser.parseHead(response.status(), response.reason(), response.headers())
                .response());
    }

    private void acceptLarge(byte[] first) throws GripException {
        if (InstructionParser.isJson(response.headers())) {
            refuseLarge();
            return;
        }
        Instruction instruction = InstructionParser.parseHead(response.status(), response.reason(), response.headers());
        instruction.requireLink(this::logged);
        boolean streams = instruction.hold() == HoldMode.STREAM
                || (instruction.hold() == HoldMode.NONE && instruction.next() != null);
        if (!streams || builds(instruction.channels())) {
            refuseLarge();
            return;
        }
        claimed(instruction, () -> streamLarge(first, instruction));
    }

    /** Starts the hold once the connection is its client's, if it is to be anybody's. */
    private void claimed(Instruction instruction, Runnable start) throws GripException {
        var found = ClientIdentity.of(request, response.headers(), System.currentTimeMillis() / 1000);
        Runnable declined = () -> {
            response.cancel();
            loop.sessions().decline(exchange, instruction);
        };
        Refusal refusal = found.refusal();
        String client = found.client();
        if (refusal != null) {
            loop.stats().count(Counter.CLAIMS_REFUSED_UNNAMED);
            warn("claim-refused", refusal.text());
            declined.run();
            exchange.respond(refusal.response());
        } else if (client == null) {
            exchange.releaseClaim();
            start.run();
        } else {
            exchange.claim().take(client, found.policy(), start, declined);
        }
    }

    private void streamLarge(byte[] first, Instruction instruction) {
        GripResponse head = instruction.response();
        exchange.accepted(instruction);
        Sink sink = exchange.stream(head.status(), head.reason(), head.headers(), first);
        if (sink == GoneSink.INSTANCE) {
            // It could not be streamed to this client, who has an answer: there is nobody to go on for.
            response.cancel();
            return;
        }
        exchange.onTripCancelled(response::cancel);
        sink.flush();
        pump(sink, instruction);
    }

    private void pump(Sink sink, Instruction instruction) {
        ReadStream<Buffer> body = response.body();
        body.exceptionHandler(failure -> {
            if (!exchange.gone()) {
                warn("origin-cut", String.valueOf(failure));
                sink.abort();
            }
        });
        body.endHandler(end -> {
            if (!exchange.gone()) {
                exchange.onTripCancelled(() -> {});
                loop.sessions().acceptSent(exchange, instruction, sink);
            }
        });
        body.handler(content -> {
            sink.write(content.getBytes());
            sink.flush();
            if (!sink.writable()) {
                body.pause();
            }
        });
        sink.onWritable(body::resume);
        if (sink.writable()) {
            body.resume();
        }
    }

    private static boolean builds(List<ChannelSpec> channels) {
        return channels.stream().anyMatch(channel -> channel.filters().contains(BUILD_ID));
    }

    private void refuseLarge() {
        String text = "GRIP instruct response too large from " + response.target();
        response.cancel();
        warn("accept-failed", text);
        exchange.fail(text);
    }

    private void refuse(String reason) {
        response.cancel();
        warn("accept-failed", reason);
        exchange.fail("Failed to parse accept instructions: " + reason);
    }

    private void warn(String event, String reason) {
        Route route = exchange.route();
        LOG.warn(
                "{} connection={} route={} uri={} target={} reason={}",
                event,
                exchange.id(),
                route.id(),
                exchange.uri(),
                response.target(),
                reason);
    }
}
