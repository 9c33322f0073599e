package io.sluice.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A node in a process of its own, with JVM flags of the test's choice. */
final class ForkedNode implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("sluice ready .*http=127\\.0\\.0\\.1:(\\d+) ");

    private final Process process;
    private final Path out;
    private final Path err;
    private final int httpPort;

    private ForkedNode(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
        this.httpPort = awaitReady();
    }

    /** @param directory for its output */
    static ForkedNode start(Path directory, List<String> jvmFlags, String... arguments) throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-jar", System.getProperty("sluice.jar", "target/sluice.jar"), "run"));
        command.addAll(List.of("--http-host", "127.0.0.1", "--http-port", "0", "--control-port", "0"));
        command.addAll(List.of("--ops-port", "0"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new ForkedNode(process, out, err);
    }

    private int awaitReady() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !process.isAlive() || READY.matcher(read(out)).find());
        Matcher ready = READY.matcher(read(out));
        if (!ready.find()) {
            throw new AssertionError("the node did not start: " + read(err));
        }
        return Integer.parseInt(ready.group(1));
    }

    int httpPort() {
        return httpPort;
    }

    boolean alive() {
        return process.isAlive();
    }

    String log() {
        return read(err);
    }

    /** The most memory that the process ever had, in MiB; 0 where the system doesn't tell. */
    long peakMemoryMib() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (!Files.exists(status)) {
            return 0;
        }
        Matcher peak = Pattern.compile("VmHWM:\\s+(\\d+) kB").matcher(read(status));
        return peak.find() ? Long.parseLong(peak.group(1)) >> 10 : 0;
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
