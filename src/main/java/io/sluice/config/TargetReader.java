package io.sluice.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes targets of a routes line's sections. For one line. */
final class TargetReader {
    private static final Set<String> FLAGS =
            Set.of("ssl", "insecure", "trust_connect_host", "untrusted", "over_http", "one_event");
    private static final Set<String> VALUES = Set.of("client_cert", "client_key", "host", "sub");
    private static final Set<String> UNSUPPORTED = Set.of("ipc_file_mode");

    private final Path base;
    private final List<String> warnings;

    TargetReader(Path base, List<String> warnings) {
        this.base = base;
        this.warnings = warnings;
    }

    Target read(RouteSection section) throws BadRoute {
        RouteWords.refuseControls(section);
        String value = section.value();
        if (value.startsWith("zhttp/") || value.startsWith("zhttpreq/")) {
            throw new BadRoute("target '" + value + "' is not supported: ZHTTP");
        }
        RouteWords.reportNames(section, FLAGS, VALUES, UNSUPPORTED, warnings);
        boolean test = value.equals("test");
        int colon = test ? 0 : portColon(value);
        String clientCert = file("client_cert", section.last("client_cert"));
        String clientKey = file("client_key", section.last("client_key"));
        if ((clientCert == null) != (clientKey == null)) {
            throw new BadRoute("client_cert and client_key go together");
        }
        return new Target(
                test,
                test ? "" : host(value.substring(0, colon)),
                test ? 0 : port(value.substring(colon + 1)),
                section.has("ssl"),
                section.has("insecure"),
                section.has("trust_connect_host"),
                clientCert,
                clientKey,
                RouteWords.hostAndPort("host", section.last("host")),
                section.has("untrusted"),
                section.has("over_http"),
                section.has("one_event"),
                section.all("sub").stream().filter(sub -> !sub.isEmpty()).toList());
    }

    private static int portColon(String value) throws BadRoute {
        int colon;
        if (value.startsWith("[")) {
            int bracket = value.indexOf(']');
            colon = bracket >= 0 && value.startsWith(":", bracket + 1) ? bracket + 1 : -1;
        } else {
            colon = value.indexOf(':');
        }
        if (colon < 0) {
            throw new BadRoute("target bad format");
        }
        return colon;
    }

    private static String host(String text) throws BadRoute {
        boolean bracketed = text.startsWith("[");
        String host = bracketed ? text.substring(1, text.length() - 1) : text;
        if (host.isEmpty() || !RouteWords.isHost(host) || (bracketed && host.indexOf(':') < 0)) {
            throw new BadRoute("target bad format");
        }
        return host;
    }

    private static int port(String text) throws BadRoute {
        try {
            return RouteWords.number("port", text, 1, 65_535);
        } catch (BadRoute e) {
            throw new BadRoute("target invalid port");
        }
    }

    /** An absolute name: the line's is relative to the routes file. */
    private @Nullable String file(String name, @Nullable String value) throws BadRoute {
        if (value == null || value.isEmpty()) {
            return null;
        }
        try {
            Path file = base.resolve(value).normalize();
            if (!Files.isReadable(file)) {
                throw new BadRoute(name + ": cannot read " + file);
            }
            return file.toString();
        } catch (InvalidPathException e) {
            throw new BadRoute(name + ": not a file name: " + value);
        }
    }
}
