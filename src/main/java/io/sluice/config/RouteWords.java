package io.sluice.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules that conditions and targets of a routes line share. */
final class RouteWords {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private RouteWords() {}

    /** Reports each property that is not in force, by name. A flag is on by standing there, whatever its value. */
    static void reportNames(
            RouteSection section,
            Set<String> flags,
            Set<String> values,
            Set<String> unsupported,
            List<String> warnings) {
        for (RouteSection.Property property : section.properties()) {
            String name = property.name();
            if (unsupported.contains(name)) {
                warnings.add("'" + name + "' is not supported and has no effect");
            } else if (flags.contains(name)) {
                if (!property.value().isEmpty()) {
                    warnings.add("'" + name + "' takes no value and is on, '" + property.value() + "' has no effect");
                }
            } else if (!values.contains(name)) {
                var known = new ArrayList<>(flags);
                known.addAll(values);
                known.sort(null);
                warnings.add("unknown parameter '" + name + "' has no effect" + NearestName.hint(name, known));
            }
        }
    }

    /** A control character would end up in a header, a channel name or a log line. */
    static void refuseControls(RouteSection section) throws BadRoute {
        refuseControls("value", section.value());
        for (RouteSection.Property property : section.properties()) {
            refuseControls("parameter name", property.name());
            refuseControls("'" + property.name() + "'", property.value());
        }
    }

    private static void refuseControls(String where, String text) throws BadRoute {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((Character.isISOControl(c) && c != '\t') || (Character.isSurrogate(c) && !paired(text, i))) {
                throw new BadRoute(
                        String.format("control character \\u%04x in %s", (int) c, where.replaceAll("\\p{Cntrl}", "?")));
            }
        }
    }

    private static boolean paired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }

    static int number(String name, String text, int min, int max) throws BadRoute {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Same answer as for one out of range.
        }
        throw new BadRoute(name + " must be a number from " + min + " to " + max);
    }

    /** {@code host} or {@code host:port}, as it goes into a URI and a Host header. */
    static @Nullable String hostAndPort(String name, @Nullable String value) throws BadRoute {
        if (value == null || value.isEmpty()) {
            return null;
        }
        int colon = value.startsWith("[") ? value.indexOf(':', value.indexOf(']') + 1) : value.indexOf(':');
        String host = colon < 0 ? value : value.substring(0, colon);
        if (host.isEmpty() || !isHost(host)) {
            throw new BadRoute(name + " must be a host or host:port");
        }
        if (colon >= 0) {
            number(name + "'s port", value.substring(colon + 1), 1, 65_535);
        }
        return value;
    }

    /** Nothing that could end the host in a URI or a header. */
    static boolean isHost(String host) {
        return host.chars().allMatch(c -> c > ' ' && c != 0x7f && "/\\?#@\"<>".indexOf(c) < 0);
    }

    /** Of RFC 9110: what a header name or a method consists of. */
    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(RouteWords::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_MARKS.indexOf(c) >= 0;
    }
}
