package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The harness runs and loses nothing; how fast is for people to look at. */
class BenchIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int bench(String... options) {
        CommandLine commands = Commands.of(new GatewayLaunch());
        commands.setOut(new PrintWriter(out));
        commands.setErr(new PrintWriter(err));
        var args = new String[options.length + 1];
        args[0] = "bench";
        System.arraycopy(options, 0, args, 1, options.length);
        return commands.execute(args);
    }

    @Test
    void a_node_of_its_own_loses_nothing() {
        int code = bench("--streams", "60", "--channels", "7", "--rate", "300", "--seconds", "1.2");
        assertThat(out.toString())
                .contains("60 on 7 channels")
                .contains("lost         0")
                .contains("p99.9");
        assertThat(err.toString()).contains("bench: ").contains("published");
        assertThat(code).isZero();
    }

    @Test
    void numbers_out_of_range_are_refused() {
        assertThat(bench("--size", "3")).isEqualTo(2);
        assertThat(err.toString()).contains("size must be at least 64: 3");
    }
}
