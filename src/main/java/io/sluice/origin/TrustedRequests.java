package io.sluice.origin;

import io.sluice.config.Settings;
import io.sluice.grip.GripException;
import io.sluice.grip.GripSignature;
import io.sluice.grip.Headers;
import io.sluice.grip.SigningKey;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows the requests of a GRIP proxy before this one: they bear a signature by the upstream key. Immutable; any thread. */
public final class TrustedRequests {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedRequests.class);

    private final @Nullable SigningKey upstream;
    private final LongSupplier clock;

    /** @param clock seconds since the epoch */
    TrustedRequests(@Nullable SigningKey upstream, LongSupplier clock) {
        this.upstream = upstream;
        this.clock = clock;
    }

    /**
     * By {@code grip.upstream-key}; without one, or with one that can't be used, nobody is trusted. May read the key's file: not
     * on an event loop.
     */
    public static TrustedRequests load(Settings.Grip grip) {
        return new TrustedRequests(key(grip), () -> System.currentTimeMillis() / 1000);
    }

    private static @Nullable SigningKey key(Settings.Grip grip) {
        if (grip.upstreamKey().isEmpty()) {
            return null;
        }
        try {
            SigningKey key = SigningKey.parse(grip.upstreamKey(), grip.keyBase());
            if (key.verifies()) {
                return key;
            }
            LOG.warn("upstream-key-unusable reason=\"it cannot verify signatures\"");
        } catch (GripException e) {
            LOG.warn("upstream-key-unusable reason=\"{}\"", e.text());
        }
        return null;
    }

    /** Whether the client is such a proxy. Two signatures are none: who knows which one an origin looks at. */
    public boolean trusts(Headers request) {
        if (upstream == null) {
            return false;
        }
        List<String> tokens = request.all(GripSignature.NAME);
        if (tokens.isEmpty()) {
            return false;
        }
        boolean good = tokens.size() == 1 && GripSignature.verify(tokens.get(0), upstream, clock.getAsLong());
        if (!good) {
            LOG.debug("grip-signature-refused");
        }
        return good;
    }
}
