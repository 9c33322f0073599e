package io.sluice.origin;

import io.sluice.config.Route;
import io.sluice.config.Settings;
import io.sluice.grip.GripException;
import io.sluice.grip.GripSignature;
import io.sluice.grip.SigningKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs with the route's key, or the global one. A signature serves all requests of its key for some minutes: it is good for
 * an hour when made, and for fifty minutes at least when sent. Key files are read again with each new signature.
 */
final class RouteSigner implements Signer {
    private static final Logger LOG = LoggerFactory.getLogger(RouteSigner.class);
    private static final long LIFE_SECONDS = 3600;
    private static final long SERVE_SECONDS = 600;
    private static final long RETRY_SECONDS = 10;

    private record Signing(String iss, String key) {}

    private record Signed(@Nullable String token, long untilSeconds) {}

    private final Vertx vertx;
    private final Settings.Grip grip;
    private final LongSupplier clock;
    private final Map<Signing, Signed> tokens = new HashMap<>();
    private final Map<Signing, Future<Void>> preparing = new HashMap<>();

    /** @param clock seconds since the epoch */
    RouteSigner(Vertx vertx, Settings.Grip grip, LongSupplier clock) {
        this.vertx = vertx;
        this.grip = grip;
        this.clock = clock;
    }

    @Override
    public Future<Void> prepare(Route route) {
        Signing signing = signing(route);
        if (signing == null || !signing.key().startsWith("file:") || current(signing) != null) {
            return Future.succeededFuture();
        }
        Future<Void> running = preparing.get(signing);
        if (running != null) {
            return running;
        }
        long now = clock.getAsLong();
        Future<Void> reading = vertx.executeBlocking(() -> sign(signing, now), false)
                .map(signed -> {
                    keep(signing, signed);
                    return null;
                });
        preparing.put(signing, reading);
        reading.onComplete(done -> preparing.remove(signing));
        return reading.otherwiseEmpty();
    }

    @Override
    public @Nullable String signature(Route route) {
        Signing signing = signing(route);
        if (signing == null) {
            return null;
        }
        Signed signed = current(signing);
        if (signed == null && !signing.key().startsWith("file:")) {
            signed = sign(signing, clock.getAsLong());
            keep(signing, signed);
        }
        return signed == null ? null : signed.token();
    }

    private @Nullable Signing signing(Route route) {
        String iss = route.sigIss() == null ? grip.sigIss() : route.sigIss();
        String key = route.sigKey() == null ? grip.sigKey() : route.sigKey();
        return iss.isEmpty() || key.isEmpty() ? null : new Signing(iss, key);
    }

    private @Nullable Signed current(Signing signing) {
        Signed signed = tokens.get(signing);
        return signed != null && clock.getAsLong() < signed.untilSeconds() ? signed : null;
    }

    private void keep(Signing signing, Signed signed) {
        long now = clock.getAsLong();
        tokens.values().removeIf(old -> now >= old.untilSeconds()); // keys of routes that are gone
        tokens.put(signing, signed);
    }

    /** Pure but for a key file; any thread. */
    private Signed sign(Signing signing, long nowSeconds) {
        try {
            SigningKey key = SigningKey.parse(signing.key(), grip.keyBase());
            String token = GripSignature.sign(signing.iss(), key, nowSeconds + LIFE_SECONDS);
            return new Signed(token, nowSeconds + SERVE_SECONDS);
        } catch (GripException e) {
            LOG.warn("failed-to-sign-request iss={} reason=\"{}\"", signing.iss(), e.text());
            return new Signed(null, nowSeconds + RETRY_SECONDS);
        }
    }
}
