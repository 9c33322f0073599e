package io.sluice.chaos;

import io.sluice.testing.Forked;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A node in a process of its own. */
final class ForkedNode implements Node {
    private static final Pattern READY =
            Pattern.compile("sluice ready .*http=\\S+:(\\d+) control=\\S+:(\\d+) ops=\\S+:(\\d+)");

    private static final int COMPLAINTS = 60;

    private final String name;
    private final String host;
    private final Forked process;
    private int httpPort;
    private int controlPort;
    private int opsPort;

    private ForkedNode(String name, String host, Forked process) {
        this.name = name;
        this.host = host;
        this.process = process;
    }

    /**
     * Starts it, and does not wait for it.
     *
     * @param before words of the command line before the JVM's; empty for none
     * @param host for clients, publishers and operators
     * @param arguments further ones of the node
     */
    static ForkedNode start(Path directory, List<String> before, String name, String host, List<String> arguments)
            throws IOException {
        var command = new ArrayList<String>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m"));
        command.add("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");
        command.addAll(List.of("-jar", jar(), "run", "--node", name));
        command.addAll(List.of("--http-host", host, "--control-host", host, "--ops-host", host));
        command.addAll(List.of("--http-port", "0", "--control-port", "0", "--ops-port", "0"));
        command.addAll(arguments);
        return new ForkedNode(name, host, Forked.start(directory, Map.of(), command.toArray(String[]::new)));
    }

    private static String jar() {
        return Path.of(System.getProperty("sluice.jar", "target/sluice.jar"))
                .toAbsolutePath()
                .toString();
    }

    ForkedNode ready() {
        process.awaitOut("\n");
        Matcher ready = READY.matcher(process.out());
        if (!ready.find()) {
            throw new AssertionError("not ready: " + process);
        }
        httpPort = Integer.parseInt(ready.group(1));
        controlPort = Integer.parseInt(ready.group(2));
        opsPort = Integer.parseInt(ready.group(3));
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int httpPort() {
        return httpPort;
    }

    @Override
    public int controlPort() {
        return controlPort;
    }

    /** Where it tells whether it is ready. */
    int opsPort() {
        return opsPort;
    }

    void awaitLog(String text) {
        process.awaitErr(text);
    }

    /** What it said of its cluster and of what went wrong, the last of it. */
    String complaints() {
        List<String> lines = process.err()
                .lines()
                .filter(line -> line.matches("\\S+ (WARN|ERROR) .*|.* (cluster|log|link|home)-.*"))
                .filter(line -> !line.contains("Timed out after waiting"))
                .toList();
        return lines.subList(Math.max(0, lines.size() - COMPLAINTS), lines.size()).stream()
                .map(line -> name + ": " + line)
                .collect(Collectors.joining("\n"));
    }

    /** All that it said, line by line. */
    String log() {
        return process.err().lines().map(line -> name + ": " + line).collect(Collectors.joining("\n"));
    }

    /** Stops its threads where they are. */
    void pause() throws Exception {
        process.signal("STOP");
    }

    void resume() throws Exception {
        process.signal("CONT");
    }

    @Override
    public void kill() throws Exception {
        process.signal("KILL");
        process.code();
    }

    @Override
    public void leave() throws Exception {
        drained();
    }

    /** Has it drain and leave; its exit code, once it has. */
    int drained() throws Exception {
        process.signal("TERM");
        return process.code();
    }

    void close() {
        process.close();
    }
}
