package io.sluice.proxy;

import io.sluice.grip.GripException;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Instruction;
import io.sluice.grip.ResponseFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The response that came with the first instruction of a session. */
final class FirstResponse {
    private static final Logger LOG = LoggerFactory.getLogger(FirstResponse.class);

    private FirstResponse() {}

    /** The response, its body through its own filters; null when they failed: then the exchange has failed, with a warning. */
    static @Nullable GripResponse filtered(Exchange exchange, Instruction instruction) {
        GripResponse response = instruction.response();
        var filter = ResponseFilter.of(instruction.channels(), instruction.meta());
        if (filter.isIdentity()) {
            return response;
        }
        try {
            byte[] body = filter.update(response.body());
            filter.finish();
            return new GripResponse(response.status(), response.reason(), response.headers(), body);
        } catch (GripException e) {
            LOG.warn(
                    "response-filter-failed connection={} route={} uri={} reason={}",
                    exchange.id(),
                    exchange.route().id(),
                    exchange.uri(),
                    e.text());
            exchange.fail("Failed to parse accept instructions: filter error: " + e.text());
            return null;
        }
    }
}
