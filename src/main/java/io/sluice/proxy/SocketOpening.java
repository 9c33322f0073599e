package io.sluice.proxy;

import io.sluice.config.Target;
import io.sluice.grip.GripException;
import io.sluice.grip.GripExtension;
import io.sluice.grip.GripResponse;
import io.sluice.grip.HeaderElement;
import io.sluice.grip.Headers;
import io.sluice.grip.InstructionParser;
import io.sluice.netty.ClientChannel;
import io.sluice.netty.SocketHandshake;
import io.sluice.netty.SocketTerms;
import io.sluice.origin.Cancellation;
import io.sluice.origin.OriginException;
import io.sluice.origin.SocketRejected;
import io.sluice.stats.Counter;
import io.sluice.wire.MessageDeflate;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that asks for a WebSocket, until it has one, or an answer that says why not (GRIP, WebSockets). Event loop of the connection.
 */
final class SocketOpening {
    private static final Logger LOG = LoggerFactory.getLogger(SocketOpening.class);

    private final ProxyLoop loop;
    private final HttpServerRequest request;
    private final ClientRequest asked;
    private final ClientWriter writer;
    private final SocketClient client;
    private final List<String> tried = new ArrayList<>(1);
    private final Cancellation cancellation = new Cancellation();
    private final long startedNanos = System.nanoTime();
    private boolean counted;
    private boolean gone;
    private Runnable whenGone = SocketOpening::nothing;

    SocketOpening(ProxyLoop loop, HttpServerRequest request, ClientRequest asked, ClientWriter writer) {
        this.loop = loop;
        this.request = request;
        this.asked = asked;
        this.writer = writer;
        boolean debug = asked.route().debug() || loop.settings().grip().debug();
        this.client = new SocketClient(loop.sockets().newId(), asked, ClientTraits.of(asked, loop.settings()), debug);
    }

    /** Whether GRIP is spoken with the origin: not where the route is without it, and a client that is a GRIP proxy decides itself. */
    static boolean speaksGrip(ClientRequest asked) {
        return !asked.route().noGrip() && (!asked.trusted() || offersGrip(asked.headers()));
    }

    private static boolean offersGrip(Headers headers) {
        return HeaderElement.parseList(headers.all(GripExtension.HEADER)).stream()
                .anyMatch(offer -> offer.value().equals(GripExtension.NAME));
    }

    void start() {
        SocketHandshake.Defect defect = SocketHandshake.defect(request);
        if (defect != null) {
            refuse(Refusal.of(defect));
            return;
        }
        request.response().closeHandler(closed -> {
            if (!gone) {
                gone = true;
                cancellation.cancel();
                whenGone.run();
            }
        });
        open(0);
    }

    /** Asks the target of that number, and if it can't be reached the next. */
    private void open(int index) {
        List<Target> targets = asked.route().targets();
        if (index == targets.size()) {
            failed(new OriginException(
                    OriginException.Kind.UNREACHABLE,
                    "Unable to connect to any targets. Tried: " + String.join(", ", tried)));
            return;
        }
        Target target = targets.get(index);
        client.target(target);
        if (target.overHttp() || target.test()) {
            openOverHttp(index, target);
        } else {
            openDirect(index, target);
        }
    }

    private void openOverHttp(int index, Target target) {
        var others = new ArrayList<>(List.of(target));
        for (Target other : asked.route().targets()) {
            if (other.overHttp() && !other.equals(target)) {
                others.add(other);
            }
        }
        var requests = new EventsRequests(loop, client.id(), asked);
        var origin = new HttpSocketOrigin(loop.sockets().parts(), client, requests, List.copyOf(others));
        whenGone = origin::clientGone;
        origin.open().onComplete((headers, failure) -> {
            if (gone) {
                return;
            }
            if (headers != null) {
                accept(EventsRequests.forClient(headers), headers, origin);
            } else {
                counted = failure instanceof OriginException known && known.kind() != OriginException.Kind.MALFORMED;
                next(index, failure);
            }
        });
    }

    private void openDirect(int index, Target target) {
        var origin = new DirectSocketOrigin();
        Headers headers = asked.headers().without(SocketOpening::ofHandshake);
        if (speaksGrip(asked)) {
            headers = headers.with(GripExtension.HEADER, GripExtension.NAME);
        }
        ClientRequest sent = asked.withHeaders(headers);
        loop.sockets()
                .origins()
                .open(sent.toOrigin(Headers.EMPTY, false), target, terms(null), origin, cancellation)
                .onComplete((opened, failure) -> {
                    if (opened != null) {
                        origin.opened(opened.sink());
                    }
                    if (gone) {
                        origin.clientGone();
                    } else if (opened != null) {
                        accept(opened.headers(), opened.headers(), origin);
                    } else {
                        counted = false;
                        next(index, failure);
                    }
                });
    }

    /** Lines that are about the client's own handshake. */
    private static boolean ofHandshake(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("sec-websocket-key")
                || lower.equals("sec-websocket-version")
                || lower.equals("sec-websocket-extensions")
                || lower.equals("sec-websocket-accept");
    }

    private void next(int index, @Nullable Throwable failure) {
        if (failure instanceof OriginException known && known.kind() == OriginException.Kind.UNREACHABLE) {
            tried.add(asked.route().targets().get(index).toString());
            open(index + 1);
        } else if (failure instanceof SocketRejected rejected) {
            rejected(rejected);
        } else {
            failed(
                    failure instanceof OriginException known
                            ? known
                            : new OriginException(OriginException.Kind.MALFORMED, String.valueOf(failure)));
        }
    }

    private SocketTerms terms(@Nullable MessageDeflate deflate) {
        var settings = loop.settings().websocket();
        return new SocketTerms(settings.maxMessageBytes(), settings.closeSeconds() * 1000L, deflate);
    }

    /**
     * The origin has agreed.
     *
     * @param shown of its answer, to the client
     */
    private void accept(Headers shown, Headers answer, SocketOrigin origin) {
        GripExtension extension = asked.route().noGrip() || asked.trusted() ? null : GripExtension.in(answer);
        Headers lines = ResponseHead.passed(shown).without(name -> ofHandshake(name) || hidden(name));
        if (asked.trusted()) {
            for (String agreed : answer.all(GripExtension.HEADER)) {
                lines = lines.with(GripExtension.HEADER, agreed);
            }
        }
        String defect = ResponseHead.defect(200, "", lines);
        if (defect != null) {
            origin.clientGone();
            failed(new OriginException(OriginException.Kind.MALFORMED, defect));
            return;
        }
        Headers sent = lines;
        claim(answer, origin, () -> {
            var session = new SocketSession(loop.sockets().parts(), loop.sockets(), client, origin, extension);
            whenGone = session::gone;
            session.start(() -> upgrade(session, sent));
            return session;
        });
    }

    /** Begins the session once the connection is its client's, if it is to be anybody's. */
    private void claim(Headers answer, SocketOrigin origin, Supplier<SocketSession> begin) {
        if (asked.route().noGrip() || asked.trusted()) {
            var unused = begin.get();
            return;
        }
        ClientIdentity.Found found;
        try {
            found = ClientIdentity.of(asked, answer, System.currentTimeMillis() / 1000);
        } catch (GripException e) {
            origin.clientGone();
            failed(new OriginException(OriginException.Kind.MALFORMED, e.text()));
            return;
        }
        Refusal refusal = found.refusal();
        String id = found.client();
        if (refusal != null) {
            loop.stats().count(Counter.CLAIMS_REFUSED_UNNAMED);
            origin.clientGone();
            answer(refusal.response(), "refused");
        } else if (id == null) {
            var unused = begin.get();
        } else {
            whenGone = () -> {
                client.over();
                origin.clientGone();
            };
            new SocketClaim(client, begin, why -> {
                        origin.clientGone();
                        answer(why.response(), "refused");
                    })
                    .take(loop.claims(), id, found.policy());
        }
    }

    private boolean hidden(String name) {
        boolean grip = InstructionParser.isGripName(name)
                && !asked.trusted()
                && !asked.route().noGrip();
        return grip || name.equalsIgnoreCase("Content-Length");
    }

    private void upgrade(SocketSession session, Headers lines) {
        boolean compress =
                (asked.route().compression() || loop.settings().websocket().compression())
                        && SocketHandshake.offersDeflate(request);
        SocketTerms terms = terms(compress ? loop.sockets().deflate() : null);
        request.response().closeHandler(null);
        whenGone = SocketOpening::nothing;
        session.opened(ClientChannel.upgrade(request, lines, terms, session));
        SocketLog.opened(client);
        if (loop.ends().ending()) {
            session.closeForNode();
        }
    }

    /** The origin's own words. */
    private void rejected(SocketRejected rejected) {
        Headers lines = ResponseHead.passed(rejected.headers())
                .without(name -> InstructionParser.isGripName(name) || ofHandshake(name));
        String defect = ResponseHead.defect(rejected.status(), rejected.reason(), lines);
        if (defect != null) {
            failed(new OriginException(OriginException.Kind.MALFORMED, defect));
            return;
        }
        answer(new GripResponse(rejected.status(), rejected.reason(), lines, rejected.body()), "rejected");
    }

    private void failed(OriginException failure) {
        // The requests of WebSocket-over-HTTP count themselves; who was not asked has not failed.
        if (!counted && failure.kind() != OriginException.Kind.OVERLOADED) {
            loop.stats().count(Counter.ORIGIN_FAILURES);
        }
        LOG.warn(
                "socket-not-opened connection={} route={} uri={} kind={} reason={}",
                client.id(),
                client.route().id(),
                client.uri(),
                failure.kind(),
                failure.detail());
        Refusal refusal = Refusal.of(failure);
        answer((client.debug() ? refusal.withText(failure.detail()) : refusal).response(), "failed");
    }

    private void refuse(Refusal refusal) {
        loop.stats().count(Counter.REQUESTS_REFUSED);
        answer(refusal.response(), "refused");
    }

    /** The connection ends with it: what a client sent behind its handshake is not HTTP. */
    private void answer(GripResponse response, String event) {
        if (gone) {
            return;
        }
        gone = true;
        SocketLog.answered(client, event, response.status(), startedNanos);
        writer.last();
        writer.whole(response);
    }

    private static void nothing() {}
}
