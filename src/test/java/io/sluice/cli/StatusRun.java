package io.sluice.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs {@code sluice status} in the test's own process. */
public final class StatusRun {
    private StatusRun() {}

    /** @return the exit code */
    public static int run(StringWriter written, String... options) {
        var command = new CommandLine(new StatusCommand());
        var writer = new PrintWriter(written);
        return command.setOut(writer).setErr(writer).execute(options);
    }
}
