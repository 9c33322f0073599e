package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A process of a test, its output in files so that it never waits for a reader. */
public final class Forked implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Process process;
    private final Path out;
    private final Path err;

    private Forked(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** @param directory to run in, and to keep the output in */
    public static Forked start(Path directory, Map<String, String> environment, String... command) throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_") || name.equals("GRIP_URL"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Forked(process, out, err);
    }

    /** The launcher, on the jar that is being verified. */
    public static Forked sluice(Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        var command = new ArrayList<>(List.of(home().resolve("sluice").toString()));
        command.addAll(List.of(arguments));
        var variables = new java.util.HashMap<>(environment);
        variables.putIfAbsent("SLUICE_JAR", System.getProperty("sluice.jar", "target/sluice.jar"));
        return start(directory, variables, command.toArray(String[]::new));
    }

    public static Path home() {
        return Path.of(System.getProperty("sluice.home", "")).toAbsolutePath();
    }

    /** Its exit code, once it has ended. */
    public int code() throws InterruptedException {
        return code(DEADLINE);
    }

    /** Its exit code, once it has ended, within that time. */
    public int code(Duration deadline) throws InterruptedException {
        if (!process.waitFor(deadline.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running; " + this);
        }
        return process.exitValue();
    }

    public String out() {
        return read(out);
    }

    public String err() {
        return read(err);
    }

    public void awaitOut(String text) {
        Awaitility.await().atMost(DEADLINE).untilAsserted(() -> contains(out(), text));
    }

    public void awaitErr(String text) {
        Awaitility.await().atMost(DEADLINE).untilAsserted(() -> contains(err(), text));
    }

    private void contains(String all, String text) {
        if (!all.contains(text)) {
            throw new AssertionError("no '" + text + "' yet; " + this);
        }
    }

    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    public long pid() {
        return process.pid();
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

    @Override
    public String toString() {
        return "out: " + out() + "\nerr: " + err();
    }
}
