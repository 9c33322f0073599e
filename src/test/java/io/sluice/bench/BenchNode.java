package io.sluice.bench;

import io.sluice.testing.Forked;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node as the launcher starts it, and what the system knows of its process. Blocks. */
final class BenchNode implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("sluice ready .*http=\\S+:(\\d+) control=\\S+:(\\d+) .*ops=\\S+:(\\d+)");
    private static final Pattern HTTPS = Pattern.compile("https=\\S+:(\\d+)");
    private static final Pattern ACCEPTED = Pattern.compile("(?m)^sluice_items_accepted_total (\\d+)");
    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final Pattern SOCKET = Pattern.compile("(\\S+:\\d+)\\s+(\\S+:\\d+)\\s+users:\\(\\(.*pid=(\\d+),.*");
    private static final Pattern SENT = Pattern.compile("bytes_sent:(\\d+)");
    private static final double TICKS = 100;

    final String name;
    private final Forked process;
    private final HttpClient http = HttpClient.newHttpClient();
    private int httpPort;
    private int controlPort;
    private int opsPort;

    private BenchNode(String name, Forked process) {
        this.name = name;
        this.process = process;
    }

    /** Starts it and does not wait. */
    static BenchNode start(Path directory, String name, List<String> arguments) throws IOException {
        return start(directory, name, arguments, Map.of());
    }

    /** @param more environment */
    static BenchNode start(Path directory, String name, List<String> arguments, Map<String, String> more)
            throws IOException {
        var command = new ArrayList<>(List.of("run", "--node", name, "--http-host", "127.0.0.1"));
        command.addAll(List.of("--http-port", "0", "--control-port", "0", "--ops-port", "0"));
        command.addAll(arguments);
        var environment = new HashMap<>(Map.of("SLUICE_LOG_LEVEL", "WARN"));
        environment.putAll(more);
        return new BenchNode(name, Forked.sluice(directory, environment, command.toArray(String[]::new)));
    }

    BenchNode ready() {
        process.awaitOut("\n");
        Matcher ready = READY.matcher(process.out());
        if (!ready.find()) {
            throw new IllegalStateException("not ready: " + process);
        }
        httpPort = Integer.parseInt(ready.group(1));
        controlPort = Integer.parseInt(ready.group(2));
        opsPort = Integer.parseInt(ready.group(3));
        return this;
    }

    int httpPort() {
        return httpPort;
    }

    /** Of a node with certificates. */
    int httpsPort() {
        Matcher https = HTTPS.matcher(process.out());
        if (!https.find()) {
            throw new IllegalStateException("no TLS port: " + process);
        }
        return Integer.parseInt(https.group(1));
    }

    int controlPort() {
        return controlPort;
    }

    /** Seconds of all cores so far. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }

    /** Bytes of heap in use after a full collection. */
    long liveHeap() throws Exception {
        jcmd("GC.run");
        jcmd("GC.run");
        Matcher used = USED.matcher(jcmd("GC.heap_info"));
        if (!used.find()) {
            throw new IllegalStateException("no heap of " + name);
        }
        return Long.parseLong(used.group(1)) << 10;
    }

    /** Bytes of memory that only this process has. */
    long privateBytes() throws IOException {
        long kilobytes = 0;
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
            if (line.startsWith("Private_")) {
                kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kilobytes << 10;
    }

    private String jcmd(String command) throws Exception {
        return output("jcmd", String.valueOf(process.pid()), command);
    }

    /** Items that it accepted as a channel's home. */
    long accepted() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + opsPort + "/metrics"))
                .build();
        String metrics =
                http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        Matcher accepted = ACCEPTED.matcher(metrics);
        if (!accepted.find()) {
            throw new IllegalStateException("no count of " + name);
        }
        return Long.parseLong(accepted.group(1));
    }

    /** Bytes that went over its present connections to the other, so far: TCP's payload. */
    long sentTo(BenchNode other) throws Exception {
        String[] lines = output("ss", "-Htinp", "state", "established").split("\n");
        var owners = new HashMap<String, Long>();
        for (String line : lines) {
            Matcher socket = SOCKET.matcher(line);
            if (socket.find()) {
                owners.put(plain(socket.group(1)), Long.parseLong(socket.group(3)));
            }
        }
        long sum = 0;
        for (int i = 0; i + 1 < lines.length; i++) {
            Matcher socket = SOCKET.matcher(lines[i]);
            Matcher sent = SENT.matcher(lines[i + 1]);
            if (socket.find()
                    && sent.find()
                    && Long.parseLong(socket.group(3)) == process.pid()
                    && owners.getOrDefault(plain(socket.group(2)), 0L) == other.process.pid()) {
                sum += Long.parseLong(sent.group(1));
            }
        }
        return sum;
    }

    private static String plain(String address) {
        return address.replace("[::ffff:", "").replace("]", "");
    }

    private static String output(String... command) throws Exception {
        Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        run.waitFor();
        return text;
    }

    void kill() throws Exception {
        process.signal("KILL");
        process.code();
    }

    /** Warnings it wrote. */
    String complaints() {
        return process.err();
    }

    @Override
    public void close() {
        process.close();
    }
}
