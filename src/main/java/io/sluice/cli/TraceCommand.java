package io.sluice.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "trace",
        description = "Tells where a published item went, as far as the nodes remember it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Any node of a cluster can be asked: it asks the others. Each remembers its last items (trace.items).",
            "Times are UTC, by each node's own clock."
        })
@SuppressWarnings("NullAway.Init") // picocli sets them
final class TraceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--channel",
            paramLabel = "CHANNEL",
            required = true,
            description = "Full name of the channel, with the route's prefix.")
    private String channel;

    @Option(
            names = "--id",
            paramLabel = "ID",
            defaultValue = "",
            description = "Id of the item. Without it: the channel's newest items.")
    private String id;

    @Option(
            names = "--ops",
            paramLabel = "URL",
            description = "Ops port of any node (http://localhost:5580, or SLUICE_OPS_URL).")
    private @Nullable String ops;

    @Option(names = "--json", description = "Print the answer as JSON, with every number.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        OpsClient client;
        try {
            client = new OpsClient(ops);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--ops: " + e.getMessage(), e);
        }
        JsonObject answer;
        try {
            answer = client.get("/api/trace?channel=" + OpsClient.encoded(channel) + "&id=" + OpsClient.encoded(id));
        } catch (IOException e) {
            spec.commandLine().getErr().println("sluice trace: " + Commands.printable(Commands.firstLine(e)));
            return Commands.FAILED;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(answer.encodePrettily());
        } else {
            answer.getJsonArray("story").forEach(line -> out.println(Commands.printable(String.valueOf(line))));
        }
        return answer.getBoolean("known") ? 0 : Commands.FAILED;
    }
}
