package io.sluice.ingest;

import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may call the control API, and how often. Belongs to one event loop. */
final class ControlGate {
    private static final Logger LOG = LoggerFactory.getLogger(ControlGate.class);

    private final ControlAuth auth;
    private final CallRate publishes;
    private final int perSecond;
    private final Stats stats;
    private final Complaints denials = new Complaints(LOG, "control-unauthorized");
    private final Complaints excesses = new Complaints(LOG, "control-limited");

    ControlGate(ControlAuth auth, int publishesPerSecond, Stats stats) {
        this.auth = auth;
        publishes = new CallRate(publishesPerSecond, System::nanoTime);
        perSecond = publishesPerSecond;
        this.stats = stats;
    }

    /** Null when the caller may go on; else the refusal, whose challenge is in the response. */
    @Nullable
    Refusal authorize(HttpServerRequest request) {
        ControlAuth.Denial denial = auth.check(request);
        if (denial == null) {
            return null;
        }
        stats.count(Counter.CALLS_UNAUTHORIZED);
        denials.say(denial.reason() + " peer=" + request.remoteAddress() + " path=" + request.path());
        if (denial.status() == 401) {
            request.response().putHeader("WWW-Authenticate", auth.challenges(denial));
        }
        return Refusal.of(denial.status(), denial.text());
    }

    /** Null when one more publish call may go on now. */
    @Nullable
    Refusal admitPublish(HttpServerRequest request) {
        if (publishes.take()) {
            return null;
        }
        stats.count(Counter.PUBLISHES_LIMITED);
        excesses.say("publishes-per-second peer=" + request.remoteAddress());
        return Refusal.of(429, "Too many publish calls: at most " + perSecond + " a second.");
    }
}
