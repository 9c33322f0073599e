package io.sluice.observe;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses calls, and tells the log: one line a second, so that nobody fills it, with the number of those in between. On the verticle's event loop. */
final class OpsRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(OpsRefusals.class);
    private static final long MILLIS = 1000;

    private final LongSupplier nowMillis;
    private long toldMillis;
    private boolean told;
    private long untold;

    OpsRefusals() {
        this(() -> System.nanoTime() / 1_000_000);
    }

    OpsRefusals(LongSupplier nowMillis) {
        this.nowMillis = nowMillis;
    }

    void refuse(RoutingContext context, int status, String reason, String text) {
        HttpServerRequest request = context.request();
        long now = nowMillis.getAsLong();
        if (told && now - toldMillis < MILLIS) {
            untold++;
        } else {
            LOG.warn(
                    "ops-refused method={} path={} peer={} reason={} untold={}",
                    request.method(),
                    request.path(),
                    request.remoteAddress(),
                    reason,
                    untold);
            told = true;
            toldMillis = now;
            untold = 0;
        }
        OpsReplies.text(context, status, text);
    }
}
