package io.sluice.cli;

import io.sluice.config.Routes;
import io.sluice.config.Settings;

/** Until the composition root is there: says so. */
final class NoGateway implements Launch {
    @Override
    public RunningNode run(Settings settings, Routes routes) throws LaunchException {
        throw new LaunchException("this build has no gateway");
    }

    @Override
    public RunningNode demo(Settings settings) throws LaunchException {
        throw new LaunchException("this build has no gateway");
    }
}
