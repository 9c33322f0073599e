package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever stands in a Pushpin configuration file: problems, never an exception; an error never goes with usable settings. */
class PushpinSourcePropertyTest {
    @Property(tries = 300)
    void any_file_is_settings_or_problems(@ForAll("files") List<String> lines) throws IOException {
        Path file = Files.createTempFile("pushpin", ".conf");
        try {
            Files.writeString(file, String.join("\n", lines));
            LoadedSettings loaded = new SettingsLoader().pushpin(file).load();
            boolean errors =
                    loaded.problems().stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
            assertThat(loaded.usable()).isEqualTo(!errors);
        } finally {
            Files.delete(file);
        }
    }

    @Provide
    Arbitrary<List<String>> files() {
        Arbitrary<String> sections =
                Arbitraries.of("[global]", "[runner]", "[proxy]", "[handler]", "[x", "[]", "[proxy] ;");
        Arbitrary<String> keys = Arbitraries.of(
                "http_port",
                "https_ports",
                "routesfile",
                "port_offset",
                "include",
                "libdir",
                "debug",
                "sig_key",
                "x_forwarded_for",
                "message_wait",
                "client_maxconn",
                "push_in_http_addr",
                "push_in_http_port",
                "",
                "a b");
        Arbitrary<String> values = Arbitraries.oneOf(
                Arbitraries.of(
                        "",
                        "true",
                        "-1",
                        "99999999999999999999",
                        "{libdir}/x",
                        "{rundir",
                        "{{}",
                        "base64:!",
                        "1:2:3",
                        "[::1]:80"),
                Arbitraries.strings().ofMaxLength(12));
        Arbitrary<String> settings =
                net.jqwik.api.Combinators.combine(keys, values).as((key, value) -> key + "=" + value);
        return Arbitraries.oneOf(sections, settings, Arbitraries.strings().ofMaxLength(20))
                .list()
                .ofMaxSize(12);
    }
}
