package io.sluice.cli;

import io.sluice.config.LoadedSettings;
import io.sluice.config.WatchedRoutes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "run", description = "Runs a node.", mixinStandardHelpOptions = true, sortOptions = false)
final class RunCommand implements Callable<Integer> {
    private final Launch launch;
    private @Nullable CommandSpec spec;

    RunCommand(Launch launch) {
        this.launch = launch;
    }

    @Spec
    void configure(CommandSpec given) {
        spec = given;
        ConfigOptions.addTo(given, true);
    }

    @Override
    public Integer call() throws InterruptedException {
        var life = new NodeLife(spec);
        LoadedSettings loaded = life.load();
        if (!loaded.usable()) {
            return Commands.WRONG;
        }
        try (var routes = WatchedRoutes.open(loaded.settings().routes())) {
            if (!routes.readable()) {
                routes.problems().forEach(life::complain);
                return Commands.WRONG;
            }
            return life.live(() -> launch.run(loaded.settings(), routes), routes::reload, node -> {});
        }
    }
}
