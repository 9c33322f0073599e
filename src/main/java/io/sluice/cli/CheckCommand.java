package io.sluice.cli;

import io.sluice.config.LoadedSettings;
import io.sluice.config.Problem;
import io.sluice.config.Settings;
import io.sluice.config.WatchedRoutes;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = "Tells whether settings and routes are right, and what would be in force.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CheckCommand implements Callable<Integer> {
    private @Nullable CommandSpec spec;

    @Spec
    void configure(CommandSpec given) {
        spec = given;
        ConfigOptions.addTo(given, true);
    }

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        PrintWriter out = command.commandLine().getOut();
        LoadedSettings loaded = ConfigOptions.load(command);
        WatchedRoutes routes = WatchedRoutes.read(loaded.settings().routes());
        summary(out, loaded, routes);
        List<Problem> problems = new ArrayList<>(loaded.problems());
        problems.addAll(routes.problems());
        problems.stream()
                .filter(problem -> !problem.failsCheck())
                .forEach(problem -> out.println("note      " + problem));
        List<Problem> failures = problems.stream().filter(Problem::failsCheck).toList();
        out.println(failures.isEmpty() ? "ok" : failures.size() + (failures.size() == 1 ? " problem" : " problems"));
        out.flush();
        failures.forEach(command.commandLine().getErr()::println);
        return failures.isEmpty() ? 0 : Commands.WRONG;
    }

    private static void summary(PrintWriter out, LoadedSettings loaded, WatchedRoutes routes) {
        Settings settings = loaded.settings();
        Settings.Grip grip = settings.grip();
        Settings.Cluster cluster = settings.cluster();
        out.println("settings  " + (loaded.file() == null ? "none, all at their defaults" : loaded.file()));
        out.println("node      " + settings.node().name());
        out.println(
                "http      " + settings.http().host() + ":" + settings.http().port());
        out.println("control   " + settings.control().host() + ":"
                + settings.control().port());
        out.println("ops       " + settings.ops().host() + ":" + settings.ops().port());
        out.println("cluster   "
                + (cluster.enabled()
                        ? cluster.name() + " at " + cluster.host() + ":" + cluster.port() + ", joins "
                                + String.join(", ", cluster.join())
                        : "stands alone"));
        out.println(
                "signing   " + (grip.sigIss().isEmpty() || grip.sigKey().isEmpty() ? "none" : "as " + grip.sigIss()));
        Object source = settings.routes().lines().isEmpty()
                ? String.valueOf(settings.routes().file())
                : "of the command line";
        out.println("routes    " + source + ", " + routes.current().size() + " in force");
    }
}
