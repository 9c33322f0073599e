package io.sluice.cli;

import io.sluice.config.Routes;
import io.sluice.config.Settings;

/** Starts a node in this process: what the commands need of the composition root. */
interface Launch {
    /**
     * Starts a node. Returns once it accepts traffic on all its ports; what had been started is closed again when it fails.
     *
     * @param routes reloaded and closed by the caller
     */
    RunningNode run(Settings settings, Routes routes) throws LaunchException;

    /** Starts a node with the built-in backend, and routes to it. As {@link #run} otherwise. */
    RunningNode demo(Settings settings) throws LaunchException;
}
