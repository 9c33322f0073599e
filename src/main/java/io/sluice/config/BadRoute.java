package io.sluice.config;

/** A routes line that cannot be used; the message says why. */
final class BadRoute extends Exception {
    BadRoute(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
