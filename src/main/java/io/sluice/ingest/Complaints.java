package io.sluice.ingest;

import org.slf4j.Logger;

/** A warning that may come for every message: one a second at most, with the number of those that it stands for. One thread. */
final class Complaints {
    private static final long EVERY_MILLIS = 1000;

    private final Logger log;
    private final String event;
    private boolean said;
    private long saidMillis;
    private long silent;

    Complaints(Logger log, String event) {
        this.log = log;
        this.event = event;
    }

    void say(String reason) {
        long now = System.nanoTime() / 1_000_000;
        if (said && now - saidMillis < EVERY_MILLIS) {
            silent++;
            return;
        }
        log.warn("{} reason=\"{}\" more-before={}", event, reason, silent);
        said = true;
        saidMillis = now;
        silent = 0;
    }
}
