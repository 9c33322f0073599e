package io.sluice.cli;

import io.sluice.config.LoadedSettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = "Runs a node with a built-in backend and a page to try it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    private final Launch launch;
    private @Nullable CommandSpec spec;

    DemoCommand(Launch launch) {
        this.launch = launch;
    }

    @Spec
    void configure(CommandSpec given) {
        spec = given;
        ConfigOptions.addTo(given, false);
    }

    @Override
    public Integer call() throws InterruptedException {
        var life = new NodeLife(spec);
        LoadedSettings loaded = life.load();
        if (!loaded.usable()) {
            return Commands.WRONG;
        }
        return life.live(() -> launch.demo(loaded.settings()), () -> {}, node -> welcome(life.out(), node));
    }

    private static void welcome(PrintWriter out, RunningNode node) {
        String http = "http://" + reachable(node.http());
        String control = "http://" + reachable(node.control());
        out.println();
        out.println("  Open       " + http + "/");
        out.println();
        out.println("  Or listen  curl -N " + http + "/events");
        out.println("  and, in another shell, publish:");
        out.println("             ./sluice publish" + spec(control) + " demo $'data: Hello\\n'");
        out.println("             curl -d '{\"items\":[{\"channel\":\"demo\",\"formats\":{\"http-stream\":{\"content\":"
                + "\"data: Hello\\n\\n\"},\"http-response\":{\"body\":\"Hello\\n\"},\"ws-message\":{\"content\":\"Hello\"}}}]}' "
                + control + "/publish/");
        out.println();
        out.println("  Ctrl-C ends it.");
        out.println();
        out.flush();
    }

    private static String spec(String control) {
        return control.equals("http://localhost:5561") ? "" : " --spec " + control;
    }

    /** An address to connect to, for one to listen on. */
    static String reachable(String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        boolean local = host.equals("0.0.0.0") || host.equals("[::]") || host.equals("127.0.0.1");
        return (local ? "localhost" : host) + address.substring(colon);
    }
}
