package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.config.Problem.Severity;
import io.sluice.config.Settings.ForwardedProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
    @TempDir
    Path directory;

    private Path yaml(String text) throws IOException {
        return Files.writeString(directory.resolve("sluice.yaml"), text);
    }

    private LoadedSettings load(String text) throws IOException {
        return new SettingsLoader().yaml(yaml(text)).load();
    }

    private List<String> reasons(LoadedSettings loaded) {
        return loaded.problems().stream()
                .map(problem -> problem.toString().replace(directory + "/", ""))
                .toList();
    }

    static Stream<Key<?>> keys() {
        return Keys.all().stream();
    }

    /** A text that is right for the key and not its preset, and how it reads back. */
    private static String other(Key<?> key) {
        Object preset = key.preset();
        if (preset instanceof Integer number) {
            return String.valueOf(number <= 1 ? number + 1 : number - 1);
        } else if (preset instanceof Boolean flag) {
            return String.valueOf(!flag);
        } else if (preset instanceof ForwardedProto) {
            return "true";
        }
        return switch (key.name()) {
            case "cluster.join" -> "127.0.0.1:1,localhost:2";
            case "grip.forwarded-for", "grip.forwarded-for-trusted" -> "truncate:1, append";
            case "routes.file" -> "/etc/other-routes";
            case "http.tls-certificates", "control.tls-certificates" -> "/etc/certificates";
            case "control.auth-basic" -> "publisher:pass word";
            case "zmq.pull", "zmq.sub", "zmq.command" -> "tcp://127.0.0.1:1,tcp://[::1]:2";
            case "routes.lines" -> "* a:1";
            case "outbox.policy" -> "ticker.* conflate";
            case "ops.token", "control.auth-token" -> "0123456789abcdef";
            case "log.format" -> "json";
            case "drain.wait-seconds" -> "7";
            case "http.host", "control.host", "ops.host", "cluster.host" -> "127.0.0.2";
            default -> "other";
        };
    }

    @ParameterizedTest
    @MethodSource("keys")
    void every_key_works_in_the_file_the_environment_and_as_a_flag(Key<?> key) throws IOException {
        String text = other(key);
        String bare = key.name().substring(key.name().indexOf('.') + 1);
        Path file = yaml(key.section() + ":\n  " + bare + ": \"" + text + "\"\n");
        LoadedSettings untouched = loader(key).yaml(yaml2()).load();
        LoadedSettings fromFile = loader(key).yaml(file).load();
        LoadedSettings fromEnvironment = loader(key)
                .yaml(yaml2())
                .environment(Map.of(key.environment(), text))
                .load();
        LoadedSettings fromFlag =
                loader(key).yaml(yaml2()).flag("--set", key.name(), text).load();
        assertThat(fromFile.problems()).isEmpty();
        assertThat(fromEnvironment.problems()).isEmpty();
        assertThat(fromFlag.problems()).isEmpty();
        assertThat(fromFile.settings()).isNotEqualTo(untouched.settings());
        assertThat(fromEnvironment.settings()).isEqualTo(fromFile.settings());
        assertThat(fromFlag.settings()).isEqualTo(fromFile.settings());
    }

    /** With what the key makes no sense without. */
    private static SettingsLoader loader(Key<?> key) {
        var loader = new SettingsLoader();
        return key.name().equals("control.auth-iss") ? loader.flag("--set", "control.auth-key", "secret") : loader;
    }

    private Path yaml2() throws IOException {
        return Files.writeString(directory.resolve("empty.yaml"), "# nothing\n");
    }

    @Test
    void a_later_source_wins() throws IOException {
        LoadedSettings loaded = new SettingsLoader()
                .yaml(yaml("http:\n  port: 1\n  max-headers: 11\ncontrol: {port: 2}\nops.port: 3\n"))
                .environment(Map.of("SLUICE_HTTP_PORT", "10", "SLUICE_CONTROL_PORT", "20", "PATH", "x"))
                .flag("--http-port", "http.port", "100")
                .load();
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.settings().http().port()).isEqualTo(100);
        assertThat(loaded.settings().http().maxHeaders()).isEqualTo(11);
        assertThat(loaded.settings().control().port()).isEqualTo(20);
        assertThat(loaded.settings().ops().port()).isEqualTo(3);
    }

    @Test
    void the_defaults_are_pushpins_where_there_is_one() {
        Settings settings = Settings.defaults();
        assertThat(settings.http().port()).isEqualTo(7999);
        assertThat(settings.control())
                .isEqualTo(new Settings.ControlApi(
                        "127.0.0.1",
                        5561,
                        10_000,
                        1_000_000,
                        new Settings.Access(false, "", "", "", "", Path.of(""), null, 0)));
        assertThat(settings.ops()).isEqualTo(new Settings.Ops("127.0.0.1", 5580, "", List.of()));
        assertThat(settings.grip().sigIss()).isEqualTo("pushpin");
        assertThat(settings.grip().sigKey()).isEqualTo("changeme");
        assertThat(settings.channels().connectionSubscriptionMax()).isEqualTo(20);
        assertThat(settings.cluster().enabled()).isFalse();
        assertThat(settings.node().name()).isEqualTo("node");
    }

    @Test
    void a_node_without_a_name_gets_one() {
        String name = new SettingsLoader().load().settings().node().name();
        assertThat(name).matches("[A-Za-z0-9._-]+-" + ProcessHandle.current().pid());
    }

    @Test
    void the_routes_file_stands_beside_the_settings() throws IOException {
        assertThat(load("").settings().routes().file()).isEqualTo(directory.resolve("routes"));
        assertThat(load("routes: {file: sub/r}").settings().routes().file()).isEqualTo(directory.resolve("sub/r"));
        Path here = Path.of("").toAbsolutePath();
        assertThat(new SettingsLoader().load().settings().routes().file()).isEqualTo(here.resolve("conf/routes"));
        assertThat(new SettingsLoader()
                        .yaml(yaml2())
                        .flag("--routes", "routes.file", "r")
                        .load()
                        .settings()
                        .routes()
                        .file())
                .isEqualTo(here.resolve("r"));
    }

    static Stream<Arguments> wrongFiles() {
        return Stream.of(
                arguments("htpp:\n  port: 1", "sluice.yaml:1: htpp: unknown key (did you mean 'http'?)"),
                arguments("http:\n  prot: 1", "sluice.yaml:2: http.prot: unknown key (did you mean 'http.port'?)"),
                arguments("http:\n  wobble-frobnicate: 1", "sluice.yaml:2: http.wobble-frobnicate: unknown key"),
                arguments("port: 1", "sluice.yaml:1: port: unknown key"),
                arguments(
                        "\nhttp:\n\n  port: abc",
                        "sluice.yaml:4: http.port: must be a whole number from 0 to 65535, not 'abc'"),
                arguments(
                        "http: {port: 70000}",
                        "sluice.yaml:1: http.port: must be a whole number from 0 to 65535, not '70000'"),
                arguments("http:\n  port:", "sluice.yaml:2: http.port: has no value"),
                arguments(
                        "grip: {sig-key: }", "sluice.yaml:1: grip.sig-key: has no value; write \"\" for an empty one"),
                arguments("http:\n  port: [1]", "sluice.yaml:2: http.port: must be a single value"),
                arguments("http: 7", "sluice.yaml:1: http: must be a section of keys"),
                arguments("- http", "sluice.yaml:1: must be sections with keys, as in conf/sluice.yaml"),
                arguments("http: {port: 1}\nhttp.port: 2", "sluice.yaml:2: http.port: stands twice"),
                arguments("grip: {debug: yes}", "sluice.yaml:1: grip.debug: must be true or false, not 'yes'"),
                arguments("grip: {sig-key: 'base64:?'}", "sluice.yaml:1: grip.sig-key: is not base64 after 'base64:'"),
                arguments("grip: {sig-key: 'file:none.pem'}", "sluice.yaml:1: grip.sig-key: cannot read none.pem"),
                arguments(
                        "grip: {forwarded-for: prepend}",
                        "sluice.yaml:1: grip.forwarded-for: must be of truncate:N and append, comma separated, not 'prepend'"),
                arguments(
                        "grip: {set-forwarded-proto: maybe}",
                        "sluice.yaml:1: grip.set-forwarded-proto: must be true, false or proto-only, not 'maybe'"),
                arguments("cluster: {join: [a]}", "sluice.yaml:1: cluster.join: must be HOST:PORT, not 'a'"),
                arguments("cluster: {join: {a: b}}", "sluice.yaml:1: cluster.join: must be a list"),
                arguments(
                        "cluster: {join: ['localhost:0']}",
                        "sluice.yaml:1: cluster.join: port of localhost:0 must be from 1 to 65535"),
                arguments(
                        "cluster: {join: ['10.0.0.1:5701']}",
                        "sluice.yaml:1: cluster.join: 10.0.0.1:5701 cannot reach this node at 127.0.0.1: set cluster.host to this node's own address"),
                arguments(
                        "node: {name: 'a b'}",
                        "sluice.yaml:1: node.name: must consist of 1 to 64 letters, digits, dots, dashes and underscores, not 'a b'"),
                arguments(
                        "outbox: {policy: ['a* drop']}",
                        "sluice.yaml:1: outbox.policy: must be PATTERN and one of drop-newest, drop-oldest, conflate, disconnect, catch-up, with a space between, not 'a* drop'"),
                arguments(
                        "outbox: {log-headers: [Authorization]}",
                        "sluice.yaml:1: outbox.log-headers: must be a header name, and not Cookie, Authorization or Proxy-Authorization, not 'Authorization'"),
                arguments(
                        "ops: {token: 'too short'}",
                        "sluice.yaml:1: ops.token: must be empty, or at least 16 letters, digits and ._~+/- (a final = too)"),
                arguments(
                        "control: {host: 0.0.0.0}",
                        "sluice.yaml:1: control.host: whoever reaches 0.0.0.0 can publish: set control.auth-token, control.auth-key or control.auth-basic, or control.open: true"),
                arguments(
                        "zmq: {pull: ['tcp://127.0.0.1:1', 'tcp://*:5560']}",
                        "sluice.yaml:1: zmq.pull: whoever reaches * can publish: ZeroMQ has no authentication; set control.open: true if that is meant"),
                arguments(
                        "zmq: {pull: ['tcp://127.0.0.1:0']}",
                        "sluice.yaml:1: zmq.pull: must be tcp://ADDRESS:PORT, the port from 1 to 65535, not 'tcp://127.0.0.1:0'"),
                arguments(
                        "zmq: {command: ['tcp://127.0.0.1:65535', 'tcp://127.0.0.1:65536']}",
                        "sluice.yaml:1: zmq.command: must be tcp://ADDRESS:PORT, the port from 1 to 65535, not 'tcp://127.0.0.1:65536'"),
                arguments(
                        "control: {auth-iss: me}",
                        "sluice.yaml:1: control.auth-iss: no token is looked at without control.auth-key"),
                arguments(
                        "control: {auth-basic: 'nobody'}",
                        "sluice.yaml:1: control.auth-basic: must be empty, or USER:PASSWORD with a password of at least 8 characters"),
                arguments(
                        "control: {auth-key: 'file:/none'}",
                        "sluice.yaml:1: control.auth-key: cannot read key file /none: java.nio.file.NoSuchFileException: /none"),
                arguments("control: {port: 7999}", "sluice.yaml:1: control.port: 7999 is http.port too"),
                arguments(
                        "http: {host: 'a b'}",
                        "sluice.yaml:1: http.host: must be a host name or an address, not 'a b'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "control: {host: 10.0.0.1, auth-token: 0123456789abcdef}",
                "control: {host: 10.0.0.1, auth-key: secret}",
                "control: {host: 10.0.0.1, auth-basic: 'a:12345678'}",
                "control: {host: '::1'}",
                "zmq: {sub: ['tcp://10.0.0.1:5562'], sub-connect: true, pull: ['tcp://[::1]:5560']}",
            })
    void a_port_that_asks_or_that_only_this_machine_reaches_is_fine(String text) throws IOException {
        assertThat(load(text).problems()).isEmpty();
    }

    @Test
    void a_port_may_be_open_where_that_is_said() throws IOException {
        LoadedSettings loaded = load("control: {host: '*', open: true}\nops: {host: '*'}");
        assertThat(loaded.usable()).isTrue();
        assertThat(loaded.problems()).extracting(Problem::severity).containsOnly(Severity.NOTE);
        assertThat(reasons(loaded))
                .containsExactly(
                        "sluice.yaml:1: control.host: whoever reaches 0.0.0.0 can publish",
                        "sluice.yaml:2: ops.host: whoever reaches 0.0.0.0 sees this node's channels, and can't drain it from elsewhere: keep it private, and set ops.token");
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void an_error_names_file_line_key_and_rule(String text, String expected) throws IOException {
        LoadedSettings loaded = load(text);
        assertThat(loaded.usable()).isFalse();
        assertThat(reasons(loaded)).containsExactly(expected);
    }

    @Test
    void what_is_not_yaml_says_where() throws IOException {
        assertThat(reasons(load("http:\n  port: 1\n bad")))
                .hasSize(1)
                .allMatch(reason -> reason.matches("sluice\\.yaml:[34]: not YAML: .*"));
    }

    @Test
    void a_secret_is_not_shown() throws IOException {
        assertThat(load("grip: {sig-key: \"hush\\nhush\"}").problems().toString())
                .contains("control characters")
                .doesNotContain("hush");
    }

    @Test
    void all_errors_of_all_sources_are_collected() throws IOException {
        LoadedSettings loaded = new SettingsLoader()
                .yaml(yaml("http: {port: x, max-headers: 1}\nbogus: 1\n"))
                .environment(Map.of("SLUICE_HTTP_PROT", "1", "SLUICE_OPS_PORT", "-1"))
                .flag("--control-port", "control.port", "z")
                .flag("--set", "grip.dbug", "true")
                .load();
        assertThat(reasons(loaded))
                .containsExactly(
                        "sluice.yaml:1: http.port: must be a whole number from 0 to 65535, not 'x'",
                        "sluice.yaml:1: http.max-headers: must be a whole number from 8 to 10000, not '1'",
                        "sluice.yaml:2: bogus: unknown key",
                        "environment: SLUICE_HTTP_PROT: unknown key (did you mean 'SLUICE_HTTP_PORT'?)",
                        "environment SLUICE_OPS_PORT: ops.port: must be a whole number from 0 to 65535, not '-1'",
                        "--control-port: control.port: must be a whole number from 0 to 65535, not 'z'",
                        "--set: grip.dbug: unknown key (did you mean 'grip.debug'?)");
        assertThat(loaded.settings().http().port()).isEqualTo(7999);
    }

    @Test
    void a_missing_file_is_an_error() {
        LoadedSettings loaded =
                new SettingsLoader().yaml(directory.resolve("none.yaml")).load();
        assertThat(reasons(loaded)).containsExactly("none.yaml: failed to open settings file: no such file");
    }

    @ParameterizedTest
    @CsvSource({
        "SLUICE_PORT, tcp://10.0.0.1:7999",
        "SLUICE_SERVICE_HOST, 10.0.0.1",
        "SLUICE_SERVICE_PORT_HTTP, 7999",
        "SLUICE_PORT_7999_TCP_ADDR, 10.0.0.1",
        "SLUICE_HTTP_PORT, tcp://10.0.0.1:7999",
        "SLUICE_JVM_OPTS, -Xmx1g",
        "SLUICE_LOG_LEVEL, DEBUG"
    })
    void what_kubernetes_and_the_launcher_set_is_no_setting(String name, String value) {
        LoadedSettings loaded =
                new SettingsLoader().environment(Map.of(name, value)).load();
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.settings().http().port()).isEqualTo(7999);
    }

    @Test
    void lists_and_stars_are_read() throws IOException {
        Settings settings = load("""
                        http: {host: '*'}
                        ops: {host: '[::1]'}
                        grip:
                          orig-headers-need-mark:
                            - A
                            - B-C
                        routes:
                          lines: ['* a:1,sub=x', 'b b:2']
                        """).settings();
        assertThat(settings.http().host()).isEqualTo("0.0.0.0");
        assertThat(settings.ops().host()).isEqualTo("::1");
        assertThat(settings.grip().origHeadersNeedMark()).containsExactly("A", "B-C");
        assertThat(settings.routes().lines()).containsExactly("* a:1,sub=x", "b b:2");
    }

    @Test
    void key_files_are_relative_to_where_they_are_named() throws IOException {
        Files.writeString(directory.resolve("k.pem"), "x");
        LoadedSettings loaded = load("grip: {sig-key: 'file:k.pem'}");
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.settings().grip().sigKey()).isEqualTo("file:" + directory.resolve("k.pem"));
        assertThat(loaded.settings().grip().keyBase()).isEqualTo(directory);
    }

    @Test
    void names_of_keys_and_variables_are_unique() {
        var variables = Keys.all().stream().map(Key::environment).toList();
        assertThat(new HashSet<>(variables)).hasSameSizeAs(variables);
        assertThat(Keys.names()).doesNotHaveDuplicates();
    }

    /** One key for each component of the records, but for what the loader finds out by itself. */
    @Test
    void the_table_covers_the_records() {
        var components = new ArrayList<String>();
        for (var section : Settings.class.getRecordComponents()) {
            for (var component : section.getType().getRecordComponents()) {
                components.add(section.getName() + "." + kebab(component.getName()));
            }
        }
        for (var component : Settings.Access.class.getRecordComponents()) {
            components.add("control." + kebab(component.getName()));
        }
        components.removeAll(List.of("grip.key-base", "control.key-base", "control.access"));
        assertThat(Keys.names()).containsExactlyInAnyOrderElementsOf(components);
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    @Property(tries = 2000)
    void no_text_makes_the_loader_throw(@ForAll String text) {
        var problems = new ArrayList<Problem>();
        new YamlSource("any.yaml", Path.of("/"), new Values(), problems).read(text);
        new PushpinSource("any.conf", Path.of("/"), new Values(), problems).read(text);
        assertThat(problems).allMatch(problem -> problem.toString().lines().count() == 1);
    }

    @Property(tries = 500)
    void no_value_makes_a_key_throw(@ForAll String text) {
        for (Key<?> key : Keys.all()) {
            String broken = new Values().put(key, text, Path.of("/"), "test", 1);
            assertThat(Optional.of(broken))
                    .hasValueSatisfying(rule -> assertThat(rule.lines().count()).isLessThan(2));
        }
    }
}
