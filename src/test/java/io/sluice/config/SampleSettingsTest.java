package io.sluice.config;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps {@code conf/} in step with the table of keys. To write it anew: {@code mvn -Dquick test -Dtest=SampleSettingsTest -Dsluice.rewrite=true}. */
class SampleSettingsTest {
    private static final Path FILE = Path.of("conf/sluice.yaml");
    private static final int WIDTH = 100;

    private static final Map<String, String> SECTIONS = Map.ofEntries(
            entry("node", "This node."),
            entry("http", "The port for clients."),
            entry("admission", "Which clients are taken, besides http.max-connections."),
            entry("control", "The port for publishers: POST /publish/ and /recover/."),
            entry("zmq", "Publishing over ZeroMQ, as with Pushpin; off unless a socket is given."),
            entry("ops", "The port for operators: /health/live, /health/ready, /metrics, /api."),
            entry("grip", "What origins see, for all routes that do not say otherwise."),
            entry("channels", "Subscriptions, and the order of items."),
            entry("websocket", "WebSockets."),
            entry("outbox", "What waits for clients that take it too slowly, and those that take nothing."),
            entry("origin", "Requests to origins."),
            entry("cluster", "Nodes that work together."),
            entry("drain", "How the node ends: on TERM, or POST /api/drain on the ops port."),
            entry("claims", "One connection per client (route parameter client, Grip-Client)."),
            entry("log", "The log, on standard error; its level is the environment's: SLUICE_LOG_LEVEL."),
            entry("trace", "Where single items went."),
            entry("routes", "Which request goes where; the file conf/routes explains its lines."));

    private static <T> String preset(Key<T> key) {
        return key.kind().write(key.preset());
    }

    private static String sample() {
        var lines = new ArrayList<String>();
        lines.add("# Settings of a Sluice node: every key, at its default.");
        lines.add("#");
        lines.add(
                "# Take away the '#' of a section's line and of a key's line to change it. Each key can also be given as");
        lines.add(
                "# an environment variable (http.port is SLUICE_HTTP_PORT) and as a flag (--set http.port=8000); a flag");
        lines.add(
                "# beats the environment, and that beats this file. Lists are written [a, b] here, and a,b elsewhere.");
        lines.add("# './sluice check' tells whether all is well.");
        String section = "";
        for (Key<?> key : Keys.all()) {
            if (!key.section().equals(section)) {
                section = key.section();
                lines.add("");
                lines.add("# " + SECTIONS.get(section));
                lines.add("#" + section + ":");
            }
            lines.addAll(wrapped(key.doc()));
            lines.add("#  " + key.name().substring(section.length() + 1) + ": " + preset(key));
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> wrapped(String doc) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder("  #");
        for (String word : doc.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder("  #");
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    @Test
    void the_sample_is_the_table() throws IOException {
        if (Boolean.getBoolean("sluice.rewrite")) {
            Files.writeString(FILE, sample());
        }
        assertThat(FILE).content().isEqualTo(sample());
    }

    @Test
    void the_sample_is_right_as_it_is_and_with_all_keys_in_force() throws IOException {
        var problems = new ArrayList<Problem>();
        var values = new Values();
        new YamlSource("sluice.yaml", Path.of("conf"), values, problems).read(Files.readString(FILE));
        assertThat(problems).isEmpty();
        String inForce = Files.readString(FILE)
                .lines()
                .filter(line -> line.matches("#( {2})?[a-z-]+:.*"))
                .map(line -> line.substring(1))
                .collect(Collectors.joining("\n"));
        assertThat(inForce.lines().filter(line -> line.startsWith("  "))).hasSameSizeAs(Keys.all());
        new YamlSource("sluice.yaml", Path.of(""), values, problems).read(inForce);
        assertThat(problems).isEmpty();
        values.put(Keys.NODE_NAME, "node", Path.of(""), "test", 0);
        assertThat(values.settings(Path.of(""))).isEqualTo(Settings.defaults());
    }

    @Test
    void the_sample_routes_are_right() {
        var routes = WatchedRoutes.read(new Settings.RoutesSource(Path.of("conf/routes"), List.of()));
        assertThat(routes.problems()).isEmpty();
        assertThat(routes.current().size()).isEqualTo(1);
    }
}
