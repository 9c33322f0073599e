package io.sluice.chaos;

import io.sluice.testing.Forked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** Configuration of nodes under test: everything that takes seconds in real life takes one or two here. */
final class NodeFiles {
    private static final Map<String, Integer> FAST = Map.of(
            "hazelcast.heartbeat.interval.seconds", 1,
            "hazelcast.max.no.heartbeat.seconds", 4,
            "hazelcast.merge.first.run.delay.seconds", 2,
            "hazelcast.merge.next.run.delay.seconds", 1,
            "hazelcast.wait.seconds.before.join", 0,
            "hazelcast.operation.backup.timeout.millis", 1000,
            "hazelcast.partition.count", 67);

    private static final String SETTINGS = """
            channels:
              message-wait-millis: 1000
            cluster:
              nodes: 3
            claims:
              isolation-grace-seconds: 1
            control:
              open: true
            """;

    /** Channels with a log, which takes more than any test publishes. */
    static final String LOG = Workload.LOGGED + "* items=5000 bytes=5000000 seconds=600";

    private NodeFiles() {}

    /** Writes {@code sluice.yaml} and, beside it, {@code cluster.xml}; returns the former. */
    static Path write(Path directory) throws IOException {
        String xml = Files.readString(Forked.home().resolve("cluster.xml"));
        for (Map.Entry<String, Integer> property : FAST.entrySet()) {
            String set = "<property name=\"" + property.getKey() + "\">";
            xml = xml.contains(set)
                    ? xml.replaceFirst(Pattern.quote(set) + "\\d+", set + property.getValue())
                    : xml.replace("</properties>", set + property.getValue() + "</property></properties>");
        }
        Files.writeString(directory.resolve("cluster.xml"), xml);
        return Files.writeString(directory.resolve("sluice.yaml"), SETTINGS);
    }
}
