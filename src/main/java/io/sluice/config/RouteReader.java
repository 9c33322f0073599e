package io.sluice.config;

import io.sluice.config.Route.HeaderRule;
import io.sluice.config.Route.Jsonp;
import io.sluice.config.Route.Protocol;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a route of one line's sections. For one line. */
final class RouteReader {
    private static final Set<String> FLAGS = Set.of("orig_headers", "debug", "aco", "no_grip", "compression");
    private static final Set<String> VALUES = Set.of(
            "proto",
            "ssl",
            "path_beg",
            "id",
            "sig_iss",
            "sig_key",
            "prefix",
            "as_host",
            "path_rem",
            "replace_beg",
            "header",
            "jsonp_mode",
            "jsonp_cb",
            "jsonp_body",
            "jsonp_defcb",
            "jsonp_defmethod",
            "log_level",
            "client",
            "client_token",
            "client_key",
            "client_policy");
    private static final Set<String> UNSUPPORTED = Set.of("session", "sockjs", "sockjs_as_path");

    private final Path base;
    private final int line;
    private final List<String> warnings = new ArrayList<>();

    RouteReader(Path base, int line) {
        this.base = base;
        this.line = line;
    }

    List<String> warnings() {
        return warnings;
    }

    Route read(List<RouteSection> sections) throws BadRoute {
        if (sections.size() < 2) {
            throw new BadRoute("must specify condition and at least one target");
        }
        RouteSection condition = sections.get(0);
        RouteWords.refuseControls(condition);
        RouteWords.reportNames(condition, FLAGS, VALUES, UNSUPPORTED, warnings);
        String host = condition.value().toLowerCase(Locale.ROOT);
        Protocol protocol = protocol(condition.last("proto"));
        Boolean tls = tls(condition.last("ssl"));
        String pathBegin = pathBegin(condition.last("path_beg"));
        String id = condition.last("id");
        if (host.isEmpty() && (id == null || id.isEmpty())) {
            throw new BadRoute("condition has no domain or id");
        }
        boolean explicitId = id != null && !id.isEmpty();
        return new Route(
                explicitId ? String.valueOf(id) : automaticId(host, protocol, tls, pathBegin),
                explicitId,
                host,
                protocol,
                tls,
                pathBegin,
                condition.last("sig_iss"),
                key(condition.last("sig_key")),
                orEmpty(condition.last("prefix")),
                condition.has("orig_headers"),
                RouteWords.hostAndPort("as_host", condition.last("as_host")),
                pathRemove(condition.last("path_rem")),
                condition.last("replace_beg"),
                headers(condition.all("header")),
                condition.has("debug"),
                condition.has("aco"),
                jsonp(condition),
                condition.has("no_grip"),
                condition.has("compression"),
                logLevel(condition.last("log_level")),
                targets(sections.subList(1, sections.size())),
                ClientRuleReader.read(condition, base),
                line);
    }

    private List<Target> targets(List<RouteSection> sections) throws BadRoute {
        var reader = new TargetReader(base, warnings);
        var targets = new ArrayList<Target>();
        for (RouteSection section : sections) {
            targets.add(reader.read(section));
        }
        return List.copyOf(targets);
    }

    private static String automaticId(
            String host, @Nullable Protocol protocol, @Nullable Boolean tls, String pathBegin) {
        return String.join(
                ",",
                host,
                protocol == null ? "*" : protocol.name().toLowerCase(Locale.ROOT),
                tls == null ? "*" : tls ? "ssl" : "no-ssl",
                pathBegin.isEmpty() ? "*" : pathBegin);
    }

    private static @Nullable Protocol protocol(@Nullable String value) throws BadRoute {
        if (value == null) {
            return null;
        }
        return switch (value) {
            case "http" -> Protocol.HTTP;
            case "ws" -> Protocol.WS;
            default -> throw new BadRoute("proto must be set to 'http' or 'ws'");
        };
    }

    private static @Nullable Boolean tls(@Nullable String value) throws BadRoute {
        if (value == null) {
            return null;
        }
        return switch (value) {
            case "yes" -> Boolean.TRUE;
            case "no" -> Boolean.FALSE;
            default -> throw new BadRoute("ssl must be set to 'yes' or 'no'");
        };
    }

    private static String pathBegin(@Nullable String value) throws BadRoute {
        if (value != null && value.isEmpty()) {
            throw new BadRoute("path_beg cannot be empty");
        }
        return orEmpty(value);
    }

    private static int pathRemove(@Nullable String value) throws BadRoute {
        return value == null ? 0 : RouteWords.number("path_rem", value, 0, 65_536);
    }

    private static @Nullable Integer logLevel(@Nullable String value) throws BadRoute {
        return value == null ? null : Integer.valueOf(RouteWords.number("log_level", value, 0, 4));
    }

    private static List<HeaderRule> headers(List<String> rules) throws BadRoute {
        var headers = new ArrayList<HeaderRule>();
        for (String rule : rules) {
            int colon = rule.indexOf(':');
            if (colon < 1) {
                throw new BadRoute("header must use format 'name:value'");
            }
            String name = rule.substring(0, colon);
            if (!RouteWords.isToken(name)) {
                throw new BadRoute("header name '" + name + "' has a character that header names cannot have");
            }
            headers.add(new HeaderRule(name, rule.substring(colon + 1).strip()));
        }
        return List.copyOf(headers);
    }

    private static Jsonp jsonp(RouteSection condition) throws BadRoute {
        String mode = condition.last("jsonp_mode");
        if (mode != null && !mode.equals("basic") && !mode.equals("extended")) {
            throw new BadRoute("jsonp_mode must be set to 'basic' or 'extended'");
        }
        boolean extended = !"basic".equals(mode);
        String method = emptyToNull(condition.last("jsonp_defmethod"));
        if (method != null && !RouteWords.isToken(method)) {
            throw new BadRoute("jsonp_defmethod must be a method");
        }
        String callback = emptyToNull(condition.last("jsonp_cb"));
        return new Jsonp(
                extended,
                callback == null ? "callback" : callback,
                emptyToNull(condition.last("jsonp_body")),
                emptyToNull(condition.last("jsonp_defcb")),
                method != null ? method : extended ? "GET" : "POST");
    }

    /** Key files are relative to the routes file, so their names become absolute here. */
    private @Nullable String key(@Nullable String spec) throws BadRoute {
        if (spec == null || !spec.startsWith("file:")) {
            return spec;
        }
        try {
            Path file = base.resolve(spec.substring("file:".length())).normalize();
            if (!Files.isReadable(file)) {
                warnings.add("sig_key: cannot read " + file);
            }
            return "file:" + file;
        } catch (InvalidPathException e) {
            throw new BadRoute("sig_key: not a file name: " + spec.substring("file:".length()));
        }
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static @Nullable String emptyToNull(@Nullable String value) {
        return value == null || value.isEmpty() ? null : value;
    }
}
