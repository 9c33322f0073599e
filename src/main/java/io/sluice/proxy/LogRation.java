package io.sluice.proxy;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps many connections together from filling the log: so many lines a second, and how many were held back. Event loop only. */
final class LogRation {
    private static final Logger LOG = LoggerFactory.getLogger(LogRation.class);
    static final int LINES = 20;
    private static final long MILLIS = 1000;

    private final LongSupplier nowMillis;
    private long sinceMillis;
    private int told;
    private int withheld;

    LogRation(LongSupplier nowMillis) {
        this.nowMillis = nowMillis;
        this.sinceMillis = nowMillis.getAsLong();
    }

    /** Whether one more line may be written now. */
    boolean take() {
        long now = nowMillis.getAsLong();
        if (now - sinceMillis >= MILLIS) {
            if (withheld > 0) {
                LOG.warn("lines-withheld lines={} reason=\"many slow clients\"", withheld);
            }
            sinceMillis = now;
            told = 0;
            withheld = 0;
        }
        if (told < LINES) {
            told++;
            return true;
        }
        withheld++;
        return false;
    }
}
