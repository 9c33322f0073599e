package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.config.Target;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.grip.HoldMode;
import io.sluice.grip.Instruction;
import io.sluice.netty.ClientConnection;
import io.sluice.netty.Sink;
import io.sluice.origin.ClientUri;
import io.sluice.origin.OriginException;
import io.sluice.stats.Counter;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request of an HTTP client, from its head to its answer. Once it is answered, or a stream, it has forgotten the request. */
final class ClientExchange implements Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(ClientExchange.class);

    private final ProxyLoop loop;
    private final HttpServerRequest request;
    private final ClientWriter writer;
    private final String id;
    private final Route route;
    private final ClientUri uri;
    private final String peer;
    private final long startedNanos = System.nanoTime();

    private @Nullable ClientRequest client;
    private @Nullable RequestTap tap;
    private Target target;
    private boolean retried;
    private boolean answered;
    private boolean settled;
    private boolean gone;
    private Runnable goneHandler = ClientExchange::nothing;
    private Runnable cancelTrip = ClientExchange::nothing;
    private Runnable answeredAlone = ClientExchange::nothing;
    private @Nullable ExchangeClaim claim;
    private final DrainTurn turn;
    private boolean eventStream;
    private @Nullable ClientTraits traits;
    private String kind = "request";
    private int status;

    /** @param tap the body of the client's request; null when it has none, or another than its own */
    ClientExchange(
            ProxyLoop loop,
            HttpServerRequest request,
            String id,
            ClientRequest client,
            @Nullable RequestTap tap,
            ClientWriter writer) {
        this.loop = loop;
        this.request = request;
        this.writer = writer;
        this.turn = new DrainTurn(loop.ends());
        this.id = id;
        this.route = client.route();
        this.uri = client.uri();
        this.peer = client.peer();
        this.client = client;
        this.tap = tap;
        this.target = client.route().targets().get(0);
        request.response().closeHandler(closed -> clientGone());
    }

    /** Asks the origin. */
    void start() {
        trip(Headers.EMPTY);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public ClientUri uri() {
        return uri;
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public ClientTraits traits() {
        ClientTraits known = traits;
        if (known == null) {
            known = client == null ? ClientTraits.UNKNOWN : ClientTraits.of(client, loop.settings());
            traits = known;
        }
        return known;
    }

    @Override
    public boolean debug() {
        return route.debug() || loop.settings().grip().debug();
    }

    @Override
    public boolean retried() {
        return retried;
    }

    /** Of the client itself, whatever a JSON-P call stands for. */
    String method() {
        return request.method().name();
    }

    long startedNanos() {
        return startedNanos;
    }

    /** What it is or was, for the access log. */
    String kind() {
        return kind;
    }

    /** Of the stream that was begun; 0 without one. */
    int status() {
        return status;
    }

    boolean gone() {
        return gone;
    }

    /** The client's request; null once it is forgotten. */
    @Nullable
    ClientRequest client() {
        return client;
    }

    @Nullable
    RequestTap tap() {
        return tap;
    }

    /** The origin's answer has come from there. */
    void target(Target answering) {
        target = answering;
    }

    /** What stops the exchange with the origin that is under way. */
    void onTripCancelled(Runnable cancel) {
        cancelTrip = cancel;
    }

    @Override
    public void respond(GripResponse response) {
        if (answered || gone) {
            return;
        }
        answering();
        GripResponse sent = new GripResponse(
                response.status(), response.reason(), ResponseHead.passed(response.headers()), response.body());
        String defect = ResponseHead.defect(sent.status(), sent.reason(), sent.headers());
        if (defect != null) {
            LOG.warn("response-refused connection={} route={} uri={} reason={}", id, route.id(), uri, defect);
            sent = refused(Refusal.ORIGIN_FAILED, defect).response();
        }
        writer.whole(sent);
        RequestLog.finished(this, sent.status(), writer.bytes());
        settled();
    }

    @Override
    public Sink stream(int status, String reason, Headers headers, byte[] begin) {
        if (answered || gone) {
            return GoneSink.INSTANCE;
        }
        String defect = writer.script() ? "JSON-P can't stream" : ResponseHead.defect(status, reason, headers);
        if (defect != null) {
            LOG.warn("response-refused connection={} route={} uri={} reason={}", id, route.id(), uri, defect);
            fail(defect);
            // The session believes that it streams, to a client that has no use for it.
            Runnable over = goneHandler;
            goneHandler = ClientExchange::nothing;
            loop.vertx().runOnContext(later -> over.run());
            return GoneSink.INSTANCE;
        }
        answered = true;
        kind = "stream";
        this.status = status;
        eventStream = ResponseHead.eventStream(headers);
        if (loop.ends().lastAnswers()) {
            writer.last();
        }
        Sink sink = writer.take(status, reason, ResponseHead.passed(headers), begin, () -> {
            RequestLog.ended(this);
            ClientConnection.over(request);
            releaseClaim();
        });
        // The stream outlives the request's headers.
        var unused = traits();
        forget();
        return sink;
    }

    @Override
    public void fail(String message) {
        if (!answered && !gone) {
            loop.stats().count(Counter.ORIGIN_FAILURES);
            respond(refused(Refusal.ORIGIN_FAILED, message).response());
        }
    }

    /** Answers for an origin that could not. */
    void fail(OriginException failure) {
        Refusal refusal = Refusal.of(failure);
        if (gone || answered) {
            return;
        }
        RequestLog.failed(this, failure);
        respond(refused(refusal, failure.detail()).response());
    }

    /** Takes the writer for a response that is passed through; null when it is too late for that. */
    @Nullable
    ClientWriter pass() {
        if (answered || gone) {
            return null;
        }
        answering();
        return writer;
    }

    /** The response that {@link #pass} began is complete, or cut. */
    void passed(int status) {
        RequestLog.finished(this, status, writer.bytes());
        settled();
    }

    /** The trip led to a session. */
    void accepted(Instruction instruction) {
        RequestLog.accepted(this, instruction);
        if (instruction.hold() == HoldMode.RESPONSE) {
            kind = "long-poll";
        }
        cancelTrip = ClientExchange::nothing;
        answeredAlone = ClientExchange::nothing;
    }

    @Override
    public void onGone(Runnable handler) {
        goneHandler = handler;
    }

    @Override
    public void onClosing(Runnable handler) {
        ClientConnection.onShutdown(request, () -> {
            // A client that goes says so too, over HTTP/2, and may still read.
            if (loop.ends().lastAnswers()) {
                turn.lineUp();
            }
        });
        if (turn.heldBy(handler)) {
            loop.vertx().runOnContext(later -> handler.run());
        }
    }

    /** Whether the answer is a stream of events. */
    boolean eventStream() {
        return eventStream;
    }

    /** The claim of this connection, over all holds of the request. */
    ExchangeClaim claim() {
        ExchangeClaim made = claim;
        if (made == null) {
            made = new ExchangeClaim(loop.claims(), this);
            claim = made;
        }
        return made;
    }

    @Override
    public @Nullable String clientId() {
        return claim == null ? null : claim.client();
    }

    @Override
    public void onDisplaced(Consumer<Displacement> handler) {
        if (claim != null) {
            claim.heldBy(handler);
        }
    }

    /** The connection is its client's no more, and there is no hold to end. */
    void displaced(ClaimLoss loss) {
        Runnable cancel = cancelTrip;
        cancelTrip = ClientExchange::nothing;
        cancel.run();
        if (answered && !settled && !gone) {
            writer.cut(null);
        } else {
            respond(loss.answer());
        }
    }

    /** Gives up what there is. */
    void releaseClaim() {
        if (claim != null) {
            claim.release();
        }
    }

    /** The answer begins; the connection's next request, which may begin before this one returns, has a handler of its own. */
    private void answering() {
        answered = true;
        ClientConnection.onShutdown(request, null);
        if (loop.ends().lastAnswers()) {
            writer.last();
        }
    }

    @Override
    public void retry(Headers lastIds, Runnable answered) {
        if (this.answered || gone) {
            return;
        }
        retried = true;
        answeredAlone = answered;
        turn.free();
        if (claim != null) {
            claim.heldBy(null);
        }
        loop.stats().count(Counter.RETRIES);
        trip(lastIds);
    }

    private void trip(Headers lastIds) {
        ClientRequest sent = client;
        if (sent == null) {
            throw new IllegalStateException("a trip without a request");
        }
        new OriginTrip(loop, this, sent).go(lastIds, retried);
    }

    /** The body has been read: what is sent again is its copy. */
    void keepBody(byte[] whole) {
        if (client != null) {
            client = client.withBody(whole);
            tap = null;
            writer.bodyRead();
        }
    }

    private Refusal refused(Refusal refusal, String detail) {
        return debug() ? refusal.withText(detail) : refusal;
    }

    private void settled() {
        settled = true;
        forget();
        releaseClaim();
        Runnable told = answeredAlone;
        answeredAlone = ClientExchange::nothing;
        told.run();
    }

    private void forget() {
        client = null;
        tap = null;
        cancelTrip = ClientExchange::nothing;
    }

    private void clientGone() {
        ClientConnection.over(request);
        if (gone || settled || request.response().ended()) {
            releaseClaim();
            return;
        }
        gone = true;
        RequestLog.gone(this);
        RequestTap unread = tap;
        Runnable cancel = cancelTrip;
        Runnable handler = goneHandler;
        forget();
        answeredAlone = ClientExchange::nothing;
        goneHandler = ClientExchange::nothing;
        cancel.run();
        releaseClaim();
        if (unread != null) {
            // Vert.x keeps what it has read of a paused connection beyond its close, and never releases the buffers.
            unread.discardRest(0, ClientExchange::nothing);
        }
        handler.run();
    }

    private static void nothing() {}
}
