package io.sluice.origin;

import io.sluice.config.Target;
import org.jspecify.annotations.Nullable;

/** What connections to a target have in common: they count together against its limits. */
record Endpoint(
        String host,
        int port,
        boolean tls,
        boolean insecure,
        @Nullable String clientCert,
        @Nullable String clientKey,
        boolean untrusted) {
    static Endpoint of(Target target) {
        return new Endpoint(
                target.host(),
                target.port(),
                target.tls(),
                target.insecure(),
                target.clientCert(),
                target.clientKey(),
                target.untrusted());
    }
}
