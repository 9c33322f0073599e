package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Problem.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushpinSourceTest {
    /** The shape of the configuration that Pushpin ships. */
    private static final String SHIPPED = """
            [global]
            include={libdir}/internal.conf

            # directory to save runtime files
            rundir=run
            ipc_prefix=pushpin-
            port_offset=0
            stats_connection_ttl=120
            stats_connection_send=true

            [runner]
            services=connmgr,proxy,handler
            http_port=7999
            #https_ports=443
            #local_ports=pushpin.sock
            logdir=log
            log_level=2
            client_buffer_size=8192
            client_maxconn=50000
            allow_compression=false

            [proxy]
            routesfile=routes
            debug=false
            auto_cross_origin=false
            accept_x_forwarded_protocol=false
            set_x_forwarded_protocol=proto-only
            x_forwarded_for=
            x_forwarded_for_trusted=
            orig_headers_need_mark=
            accept_pushpin_route=false
            cdn_loop=
            log_from=false
            log_user_agent=false
            sig_iss=pushpin
            sig_key=changeme
            upstream_key=
            sockjs_url=http://cdn.example/sockjs.min.js

            [handler]
            push_in_spec=tcp://127.0.0.1:5560
            push_in_sub_specs=tcp://127.0.0.1:5562
            push_in_sub_connect=false
            push_in_http_addr=127.0.0.1
            push_in_http_port=5561
            push_in_http_max_headers_size=10000
            push_in_http_max_body_size=1000000
            stats_spec=ipc://{rundir}/{ipc_prefix}stats
            command_spec=tcp://127.0.0.1:5563
            message_rate=2500
            message_hwm=25000
            message_wait=5000
            id_cache_ttl=60
            update_on_first_subscription=true
            connection_subscription_max=20
            subscription_linger=60
            stats_subscription_ttl=60
            stats_report_interval=10
            stats_format=tnetstring
            """;

    @TempDir
    Path directory;

    private LoadedSettings load(String text) throws IOException {
        return new SettingsLoader()
                .pushpin(Files.writeString(directory.resolve("pushpin.conf"), text))
                .load();
    }

    private List<String> problems(LoadedSettings loaded) {
        return loaded.problems().stream()
                .map(problem -> problem.toString().replace(directory + "/", ""))
                .toList();
    }

    @Test
    void the_shipped_file_gives_the_defaults_and_only_notes() throws IOException {
        LoadedSettings loaded = load(SHIPPED);
        assertThat(loaded.usable()).isTrue();
        assertThat(loaded.problems()).extracting(Problem::severity).containsOnly(Severity.NOTE);
        Settings defaults = Settings.defaults();
        assertThat(loaded.settings().channels()).isEqualTo(defaults.channels());
        assertThat(loaded.settings().control().port())
                .isEqualTo(defaults.control().port());
        assertThat(loaded.settings().control().access().open()).isFalse();
        assertThat(loaded.settings().ops()).isEqualTo(defaults.ops());
        assertThat(loaded.settings().origin()).isEqualTo(defaults.origin());
        assertThat(loaded.settings().http().maxHeadBytes()).isEqualTo(8192);
        assertThat(loaded.settings().routes().file()).isEqualTo(directory.resolve("routes"));
        assertThat(problems(loaded))
                .contains(
                        "pushpin.conf:2: include: {libdir}/internal.conf is not there; Sluice needs nothing of it",
                        "pushpin.conf:48: stats_spec: no effect: statistics sockets are not available in this version; metrics are on the ops port")
                .doesNotHaveDuplicates();
        assertThat(loaded.settings().zmq())
                .isEqualTo(new Settings.Zmq(
                        List.of("tcp://127.0.0.1:5560"),
                        List.of("tcp://127.0.0.1:5562"),
                        false,
                        List.of("tcp://127.0.0.1:5563"),
                        defaults.zmq().maxMessageBytes()));
    }

    @Test
    void everything_with_a_meaning_is_honoured() throws IOException {
        Files.writeString(directory.resolve("k.pem"), "key");
        Settings settings = load("""
                        [runner]
                        http_port = 192.0.2.1:8000
                        client_maxconn=7
                        client_buffer_size=4096
                        [proxy]
                        routesfile=other/routes
                        debug=1
                        auto_cross_origin=true
                        accept_x_forwarded_protocol=true
                        set_x_forwarded_protocol=true
                        x_forwarded_for=truncate:0,append
                        x_forwarded_for_trusted=append
                        orig_headers_need_mark=X-A, X-B
                        accept_pushpin_route=true
                        cdn_loop=me
                        sig_iss="quoted"
                        sig_key=file:k.pem
                        upstream_key=base64:aGk=
                        [handler]
                        push_in_http_addr=*
                        push_in_http_port=6000
                        push_in_http_max_headers_size=2000
                        push_in_http_max_body_size=3000
                        message_wait=1
                        id_cache_ttl=2
                        update_on_first_subscription=false
                        connection_subscription_max=3
                        subscription_linger=4
                        """).settings();
        assertThat(settings.http().host()).isEqualTo("192.0.2.1");
        assertThat(settings.http().port()).isEqualTo(8000);
        assertThat(settings.http().maxConnections()).isEqualTo(7);
        assertThat(settings.http().maxHeadBytes()).isEqualTo(4096);
        assertThat(settings.routes().file()).isEqualTo(directory.resolve("other/routes"));
        assertThat(settings.grip())
                .isEqualTo(new Settings.Grip(
                        "quoted",
                        "file:" + directory.resolve("k.pem"),
                        "base64:aGk=",
                        true,
                        true,
                        true,
                        Settings.ForwardedProto.TRUE,
                        "truncate:0,append",
                        "append",
                        List.of("X-A", "X-B"),
                        true,
                        "me",
                        directory));
        assertThat(settings.control())
                .extracting(
                        Settings.ControlApi::host,
                        Settings.ControlApi::port,
                        Settings.ControlApi::maxHeadBytes,
                        Settings.ControlApi::maxBodyBytes)
                .containsExactly("0.0.0.0", 6000, 2000, 3000);
        assertThat(settings.control().access().open())
                .as("Pushpin asks nobody either")
                .isTrue();
        var defaults = Settings.defaults().channels();
        assertThat(settings.channels())
                .isEqualTo(new Settings.Channels(
                        1,
                        2,
                        defaults.idCacheSize(),
                        defaults.sequencerItems(),
                        false,
                        3,
                        4,
                        defaults.sessionQueueItems(),
                        List.of()));
    }

    @Test
    void the_port_offset_moves_all_ports() throws IOException {
        Settings settings =
                load("[global]\nport_offset=10\n[runner]\nhttp_port=[::1]:7000\n[handler]\npush_in_http_port=6000\n")
                        .settings();
        assertThat(settings.http().host()).isEqualTo("::1");
        assertThat(settings.http().port()).isEqualTo(7010);
        assertThat(settings.control().port()).isEqualTo(6010);
        assertThat(settings.ops().port()).isEqualTo(5590);
    }

    @Test
    void zmq_sockets_move_too_and_unix_sockets_are_told_to_be_missing() throws IOException {
        LoadedSettings loaded = load("""
                [global]
                port_offset=10
                [handler]
                push_in_spec=tcp://127.0.0.1:5560, ipc://pull,tcp://[::1]:5570
                push_in_sub_spec=tcp://localhost:6000
                push_in_sub_connect=true
                command_spec=ipc://command
                """);
        assertThat(problems(loaded))
                .containsExactly(
                        "pushpin.conf:4: push_in_spec: no effect: ipc://pull is a unix socket, Sluice's ZeroMQ has tcp only",
                        "pushpin.conf:7: command_spec: no effect: ipc://command is a unix socket, Sluice's ZeroMQ has tcp only");
        assertThat(loaded.settings().zmq().pull()).containsExactly("tcp://127.0.0.1:5570", "tcp://[::1]:5580");
        assertThat(loaded.settings().zmq().sub()).containsExactly("tcp://localhost:6010");
        assertThat(loaded.settings().zmq().subConnect()).isTrue();
        assertThat(loaded.settings().zmq().command()).isEmpty();
    }

    @Test
    void the_port_offset_moves_ports_that_are_not_given() throws IOException {
        Settings settings = load("[global]\nport_offset=10\n").settings();
        assertThat(settings.http().port()).isEqualTo(8009);
        assertThat(settings.control().port()).isEqualTo(5571);
        assertThat(settings.ops().port()).isEqualTo(5590);
    }

    @Test
    void the_included_file_is_overridden() throws IOException {
        Files.createDirectory(directory.resolve("lib"));
        Files.writeString(
                directory.resolve("lib/internal.conf"),
                "[handler]\nmessage_wait=1\nid_cache_ttl=2\nproxy_stats_specs=ipc://x\n[proxy]\nintreq_in_specs=ipc://y\n");
        LoadedSettings loaded =
                load("[global]\nlibdir=lib\ninclude={libdir}/internal.conf\n[handler]\nmessage_wait=3\n");
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.settings().channels().messageWaitMillis()).isEqualTo(3);
        assertThat(loaded.settings().channels().idCacheTtlSeconds()).isEqualTo(2);
    }

    @Test
    void errors_name_file_line_key_and_rule() throws IOException {
        LoadedSettings loaded = load("""
                [global]
                port_offset=x
                [runner]
                http_port=
                https_ports=443
                [proxy]
                sigkey=x
                debug=maybe
                nonsense
                [handler]
                message_wait=soon
                """);
        assertThat(loaded.usable()).isFalse();
        assertThat(problems(loaded))
                .containsExactlyInAnyOrder(
                        "pushpin.conf:9: must be [section] or key=value",
                        "pushpin.conf:2: port_offset: must be a whole number from 0 to 65535",
                        "pushpin.conf:4: http_port: is empty, and Sluice has no other client port yet",
                        "pushpin.conf:5: https_ports: no effect: set http.tls-port and http.tls-certificates",
                        "pushpin.conf:7: proxy.sigkey: unknown key, no effect (did you mean 'proxy.sig_key'?)",
                        "pushpin.conf:8: debug: must be true or false, not 'maybe'",
                        "pushpin.conf:11: message_wait: must be a whole number from 0 to 600000, not 'soon'");
    }

    @Test
    void a_missing_file_is_told_in_pushpins_words() {
        LoadedSettings loaded =
                new SettingsLoader().pushpin(directory.resolve("none.conf")).load();
        assertThat(problems(loaded)).containsExactly("none.conf: failed to open config file: no such file");
    }
}
