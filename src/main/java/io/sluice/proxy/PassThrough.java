package io.sluice.proxy;

import io.sluice.grip.Headers;
import io.sluice.origin.ClientStall;
import io.sluice.origin.OriginException;
import io.sluice.origin.OriginResponse;
import io.sluice.stats.Counter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an origin's response to the client as it comes, no faster than the client takes it. What comes in one turn of the event loop leaves
 * together: a small response in one piece, with its head and its end.
 */
final class PassThrough {
    private static final Logger LOG = LoggerFactory.getLogger(PassThrough.class);

    private final ProxyLoop loop;
    private final ClientExchange exchange;
    private final OriginResponse response;
    /** The last that has come in this turn: it may be the end of the body. */
    private @Nullable Buffer held;

    /** Made when the client is slow. */
    private @Nullable ClientStall stall;

    private boolean turnEnds;
    private boolean over;

    PassThrough(ProxyLoop loop, ClientExchange exchange, OriginResponse response) {
        this.loop = loop;
        this.exchange = exchange;
        this.response = response;
    }

    void start() {
        Headers headers = ResponseHead.passed(response.headers());
        String defect = ResponseHead.defect(response.status(), response.reason(), headers);
        if (defect != null) {
            response.cancel();
            exchange.fail(new OriginException(OriginException.Kind.MALFORMED, defect));
            return;
        }
        RequestTap tap = exchange.tap();
        if (tap != null) {
            tap.dropKept();
        }
        ClientWriter writer = exchange.pass();
        if (writer == null) {
            response.cancel();
            return;
        }
        writer.begin(response.status(), response.reason(), headers);
        ReadStream<Buffer> body = response.body();
        body.exceptionHandler(failure -> cut(writer, body, failure));
        body.endHandler(end -> ended(writer));
        body.handler(content -> content(writer, body, content));
        body.resume();
        endTurn(writer, body);
    }

    private void content(ClientWriter writer, ReadStream<Buffer> body, Buffer content) {
        if (over || exchange.gone()) {
            return;
        }
        writeHeld(writer, body);
        held = content;
        endTurn(writer, body);
    }

    private void endTurn(ClientWriter writer, ReadStream<Buffer> body) {
        if (over || turnEnds) {
            return;
        }
        turnEnds = true;
        loop.vertx().runOnContext(turn -> {
            turnEnds = false;
            if (!over && !exchange.gone()) {
                writeHeld(writer, body);
                writer.flushHead();
            }
        });
    }

    private void writeHeld(ClientWriter writer, ReadStream<Buffer> body) {
        Buffer content = held;
        if (content == null) {
            return;
        }
        held = null;
        if (stall != null) {
            stall.moved(content.length());
        }
        try {
            writer.write(content);
        } catch (CharacterCodingException e) {
            unencodable(writer);
            return;
        }
        if (writer.full()) {
            body.pause();
            ClientStall waiting = stall(writer, body);
            waiting.waits();
            writer.onDrain(() -> {
                waiting.goesOn();
                body.resume();
            });
        }
    }

    private ClientStall stall(ClientWriter writer, ReadStream<Buffer> body) {
        ClientStall made = stall;
        if (made == null) {
            made = new ClientStall(
                    loop.vertx(), loop.settings().http().stallTimeoutSeconds(), () -> stalled(writer, body));
            stall = made;
        }
        return made;
    }

    /** The connection to the origin is wanted by others. */
    private void stalled(ClientWriter writer, ReadStream<Buffer> body) {
        if (!over && !exchange.gone()) {
            loop.stats().count(Counter.CLIENTS_STALLED);
            response.cancel();
            cut(
                    writer,
                    body,
                    new OriginException(OriginException.Kind.CLIENT_STALLED, "the client does not take its answer"));
        }
    }

    private void ended(ClientWriter writer) {
        if (over || exchange.gone()) {
            return;
        }
        over = true;
        endStall();
        try {
            writer.end(held);
            exchange.passed(response.status());
        } catch (CharacterCodingException e) {
            unencodable(writer);
        }
    }

    private void endStall() {
        if (stall != null) {
            stall.stop();
        }
    }

    private void unencodable(ClientWriter writer) {
        LOG.warn(
                "jsonp-not-encodable connection={} route={} uri={} reason={}",
                exchange.id(),
                exchange.route().id(),
                exchange.uri(),
                Refusal.NOT_JSONP_ENCODABLE.text());
        over = true;
        response.cancel();
        writer.unencodable();
        exchange.passed(response.status());
    }

    private void cut(ClientWriter writer, ReadStream<Buffer> body, @Nullable Throwable failure) {
        if (over || exchange.gone()) {
            return;
        }
        writeHeld(writer, body);
        if (over) {
            return;
        }
        over = true;
        endStall();
        String detail = failure instanceof OriginException known ? known.detail() : String.valueOf(failure);
        RequestLog.failed(
                exchange,
                failure instanceof OriginException known
                        ? known
                        : new OriginException(OriginException.Kind.RESET, detail));
        writer.cut(exchange.debug() ? detail : null);
        exchange.passed(response.status());
    }
}
