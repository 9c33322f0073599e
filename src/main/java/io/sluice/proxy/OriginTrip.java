package io.sluice.proxy;

import io.sluice.grip.Headers;
import io.sluice.grip.InstructionParser;
import io.sluice.origin.Cancellation;
import io.sluice.origin.OriginException;
import io.sluice.origin.OriginResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One way to the origin and back, for one exchange: sends the request, and sees what kind of answer comes. */
final class OriginTrip {
    private static final Logger LOG = LoggerFactory.getLogger(OriginTrip.class);

    private final ProxyLoop loop;
    private final ClientExchange exchange;
    private final ClientRequest request;

    OriginTrip(ProxyLoop loop, ClientExchange exchange, ClientRequest request) {
        this.loop = loop;
        this.exchange = exchange;
        this.request = request;
    }

    /** @param again whether the request was sent before, and its client is held */
    void go(Headers lastIds, boolean again) {
        var cancellation = new Cancellation();
        exchange.onTripCancelled(cancellation::cancel);
        loop.origin().send(request.toOrigin(lastIds, again), cancellation).onComplete((response, failure) -> {
            if (response == null) {
                failed(failure);
            } else if (exchange.gone()) {
                response.cancel();
            } else {
                answered(response);
            }
        });
    }

    private void answered(OriginResponse response) {
        exchange.target(response.target());
        exchange.onTripCancelled(response::cancel);
        if (!request.route().noGrip() && !request.trusted() && InstructionParser.isGrip(response.headers())) {
            new GripAcceptance(loop, exchange, request, response).start();
        } else {
            new PassThrough(loop, exchange, response).start();
        }
    }

    private void failed(@Nullable Throwable failure) {
        if (failure instanceof OriginException known) {
            exchange.fail(known);
            return;
        }
        LOG.error("origin-client-failed connection={} uri={}", exchange.id(), exchange.uri(), failure);
        exchange.respond(Refusal.INTERNAL.response());
    }
}
