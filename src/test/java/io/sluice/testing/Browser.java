package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Debian's Chromium without a screen, with a profile of its own, on one page. */
public final class Browser implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Process process;

    private Browser(Process process) {
        this.process = process;
    }

    /** Skips the test where there is none; CI has one. */
    public static void assumeInstalled() {
        boolean there = program().isPresent();
        if ("true".equals(System.getenv("CI"))) {
            assertThat(there).as("CI has Chromium").isTrue();
        }
        assumeTrue(there, "no Chromium on this machine: what only a browser shows is not tested");
    }

    /** @param directory for its profile and what it says */
    public static Browser open(Path directory, String url) throws IOException {
        var command = new ArrayList<String>();
        command.add(program().orElseThrow().toString());
        command.addAll(List.of("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"));
        command.addAll(List.of("--disable-background-networking", "--disable-component-update", "--disable-sync"));
        command.addAll(List.of("--ignore-certificate-errors", "--remote-debugging-port=0"));
        command.add("--user-data-dir=" + directory.resolve("profile"));
        command.add(url);
        return new Browser(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("browser.log").toFile())
                .start());
    }

    private static Optional<Path> program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Ends it with all its processes, so that its profile can be deleted. */
    @Override
    public void close() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle one : all) {
            one.onExit().orTimeout(20, TimeUnit.SECONDS).join();
        }
    }
}
