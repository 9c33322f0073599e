package io.sluice.proxy;

import io.sluice.config.Settings;
import io.sluice.grip.GripException;
import io.sluice.grip.GripSignature;
import io.sluice.grip.Headers;
import io.sluice.grip.SigningKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells requests that come from a GRIP proxy before this one, by their signatures. Any thread. */
final class UpstreamTrust {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamTrust.class);

    private final @Nullable SigningKey key;

    private UpstreamTrust(@Nullable SigningKey key) {
        this.key = key;
    }

    /** Reads the key, maybe from a file: not on an event loop. A key that can't be read trusts nobody, with a warning. */
    static UpstreamTrust of(Settings.Grip grip) {
        if (grip.upstreamKey().isEmpty()) {
            return new UpstreamTrust(null);
        }
        try {
            SigningKey key = SigningKey.parse(grip.upstreamKey(), grip.keyBase());
            if (key.verifies()) {
                return new UpstreamTrust(key);
            }
            LOG.warn("upstream-key-unusable reason={}", "it cannot verify signatures");
        } catch (GripException e) {
            LOG.warn("upstream-key-unusable reason={}", e.text());
        }
        return new UpstreamTrust(null);
    }

    boolean trusts(Headers headers) {
        String signature = key == null ? null : headers.first(GripSignature.NAME);
        return key != null
                && signature != null
                && GripSignature.verify(signature, key, System.currentTimeMillis() / 1000);
    }
}
