package io.sluice.proxy;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After each test: lets go what waits for clients that it has left slow, so that it does not look like a leak. */
public final class HeldItems implements AfterEachCallback {
    @Override
    public void afterEach(ExtensionContext context) {
        FakeFanout.releaseHeld();
    }
}
