package io.sluice.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What keys of a Pushpin configuration mean here. */
final class PushpinKeys {
    /** The same thing under another name. */
    static final Map<String, Key<?>> SAME = Map.ofEntries(
            Map.entry("runner.client_buffer_size", Keys.HTTP_MAX_HEAD),
            Map.entry("runner.client_maxconn", Keys.HTTP_MAX_CONNECTIONS),
            Map.entry("runner.allow_compression", Keys.WEBSOCKET_COMPRESSION),
            Map.entry("proxy.routesfile", Keys.ROUTES_FILE),
            Map.entry("proxy.debug", Keys.DEBUG),
            Map.entry("proxy.auto_cross_origin", Keys.AUTO_CROSS_ORIGIN),
            Map.entry("proxy.accept_x_forwarded_protocol", Keys.ACCEPT_FORWARDED_PROTO),
            Map.entry("proxy.set_x_forwarded_protocol", Keys.SET_FORWARDED_PROTO),
            Map.entry("proxy.x_forwarded_for", Keys.FORWARDED_FOR),
            Map.entry("proxy.x_forwarded_for_trusted", Keys.FORWARDED_FOR_TRUSTED),
            Map.entry("proxy.orig_headers_need_mark", Keys.ORIG_HEADERS_NEED_MARK),
            Map.entry("proxy.accept_pushpin_route", Keys.ACCEPT_PUSHPIN_ROUTE),
            Map.entry("proxy.cdn_loop", Keys.CDN_LOOP),
            Map.entry("proxy.sig_iss", Keys.SIG_ISS),
            Map.entry("proxy.sig_key", Keys.SIG_KEY),
            Map.entry("proxy.upstream_key", Keys.UPSTREAM_KEY),
            Map.entry("handler.push_in_http_addr", Keys.CONTROL_HOST),
            Map.entry("handler.push_in_sub_connect", Keys.ZMQ_SUB_CONNECT),
            Map.entry("handler.push_in_http_max_headers_size", Keys.CONTROL_MAX_HEAD),
            Map.entry("handler.push_in_http_max_body_size", Keys.CONTROL_MAX_BODY),
            Map.entry("handler.message_wait", Keys.MESSAGE_WAIT),
            Map.entry("handler.id_cache_ttl", Keys.ID_CACHE_TTL),
            Map.entry("handler.update_on_first_subscription", Keys.UPDATE_ON_FIRST),
            Map.entry("handler.connection_subscription_max", Keys.SUBSCRIPTION_MAX),
            Map.entry("handler.subscription_linger", Keys.LINGER));

    /** Lists of ZeroMQ specs. */
    static final Map<String, Key<?>> ZMQ = Map.of(
            "handler.push_in_spec", Keys.ZMQ_PULL,
            "handler.push_in_sub_specs", Keys.ZMQ_SUB,
            "handler.push_in_sub_spec", Keys.ZMQ_SUB,
            "handler.command_spec", Keys.ZMQ_COMMAND);

    /** Read by other means. */
    static final Set<String> ELSEWHERE = Set.of(
            "global.include",
            "global.libdir",
            "global.rundir",
            "global.ipc_prefix",
            "global.port_offset",
            "runner.http_port",
            "handler.push_in_http_port");

    /** Sockets between Pushpin's processes, old names among them. */
    private static final String INTERNAL =
            "m2a_in_specs m2a_in_stream_specs m2a_out_specs connmgr_in_specs connmgr_in_stream_specs"
                    + " connmgr_out_specs condure_in_specs condure_in_stream_specs condure_out_specs"
                    + " connmgr_client_out_specs connmgr_client_out_stream_specs connmgr_client_in_specs"
                    + " condure_client_out_specs condure_client_out_stream_specs condure_client_in_specs"
                    + " zurl_out_specs zurl_out_stream_specs zurl_in_specs intreq_in_specs"
                    + " intreq_in_stream_specs intreq_out_specs intreq_client_out_specs handler_inspect_spec"
                    + " handler_accept_spec handler_retry_in_spec handler_retry_out_spec handler_ws_control_in_spec"
                    + " handler_ws_control_out_spec handler_ws_control_init_specs"
                    + " handler_ws_control_stream_specs inspect_spec accept_spec retry_out_specs"
                    + " retry_out_spec ws_control_in_spec ws_control_out_spec ws_control_init_specs"
                    + " ws_control_stream_specs proxy_stats_specs proxy_stats_spec proxy_command_spec";

    /** Known, and why it does nothing here. */
    static final Map<String, String> WITHOUT_EFFECT = withoutEffect();

    private PushpinKeys() {}

    private static Map<String, String> withoutEffect() {
        var reasons = new LinkedHashMap<String, String>();
        each(reasons, "set http.tls-port and http.tls-certificates", "runner.https_ports");
        each(reasons, "unix sockets are not available in this version", "runner.local_ports");
        each(reasons, "Sluice has no service for the state of sessions", "handler.state_spec");
        each(reasons, "Sluice is one process, with one command socket", "proxy.command_spec");
        each(
                reasons,
                "statistics sockets are not available in this version; metrics are on the ops port",
                "handler.stats_spec",
                "proxy.stats_spec",
                "handler.stats_subscription_ttl",
                "handler.stats_report_interval",
                "proxy.stats_report_interval",
                "handler.stats_format",
                "proxy.stats_connections_max_ttl",
                "global.stats_connection_ttl",
                "global.stats_connection_send",
                "handler.prometheus_port",
                "handler.prometheus_prefix",
                "proxy.prometheus_port",
                "proxy.prometheus_prefix");
        each(
                reasons,
                "rate limits of deliveries are not available in this version, nothing is dropped for a rate",
                "handler.message_rate",
                "handler.message_hwm",
                "handler.message_block_size");
        each(reasons, "SockJS is not supported", "proxy.sockjs_url");
        each(reasons, "identical requests are merged only where that is safe", "handler.share_all");
        each(reasons, "Sluice logs to stderr, at the level of SLUICE_LOG_LEVEL", "runner.logdir", "runner.log_level");
        each(reasons, "not available in this version", "proxy.log_from", "proxy.log_user_agent");
        each(reasons, "Sluice reports to nobody", "proxy.updates_check", "proxy.organization_name");
        each(reasons, "Sluice has one event loop for each core", "proxy.workers", "proxy.max_open_requests");
        each(
                reasons,
                "Sluice is one process",
                "runner.services",
                "runner.mongrel2_bin",
                "runner.m2sh_bin",
                "runner.zurl_bin",
                "runner.condure_bin",
                "runner.m2adapter_bin",
                "runner.proxy_bin",
                "runner.handler_bin",
                "runner.connmgr_bin",
                "proxy.ipc_file_mode",
                "handler.ipc_file_mode");
        for (String section : List.of("proxy", "handler")) {
            for (String spec : INTERNAL.split(" ")) {
                reasons.put(section + "." + spec, "Sluice is one process, without internal sockets");
            }
        }
        return reasons;
    }

    private static void each(Map<String, String> reasons, String reason, String... names) {
        for (String name : names) {
            reasons.put(name, reason);
        }
    }
}
