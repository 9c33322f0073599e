package io.sluice.proxy;

import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cross-origin headers for a route with {@code aco}: each is added to a response that does not set it. What a client asked is
 * echoed, so this opens the route to any site, credentials included.
 *
 * @param origin of the request, as its headers say; the others likewise
 */
record CrossOrigin(
        @Nullable String origin,
        @Nullable String method,
        @Nullable String headers) {
    private static final Set<String> SIMPLE = Set.of(
            "cache-control",
            "content-language",
            "content-length",
            "content-type",
            "expires",
            "last-modified",
            "pragma");

    static CrossOrigin of(Headers request) {
        return new CrossOrigin(
                request.first("Origin"),
                request.first("Access-Control-Request-Method"),
                request.first("Access-Control-Request-Headers"));
    }

    Headers applied(Headers response) {
        var lines = new ArrayList<>(response.lines());
        add(
                lines,
                response,
                "Access-Control-Allow-Methods",
                method != null ? method : "OPTIONS, HEAD, GET, POST, PUT, DELETE");
        add(lines, response, "Access-Control-Allow-Headers", headers);
        add(lines, response, "Access-Control-Expose-Headers", exposed(response));
        add(lines, response, "Access-Control-Allow-Credentials", "true");
        add(lines, response, "Access-Control-Allow-Origin", origin != null ? origin : "*");
        add(lines, response, "Access-Control-Max-Age", "3600");
        return Headers.copyOf(lines);
    }

    private static void add(List<Header> lines, Headers response, String name, @Nullable String value) {
        if (value != null && !value.isEmpty() && !response.contains(name)) {
            lines.add(new Header(name, value));
        }
    }

    private static String exposed(Headers response) {
        var names = new ArrayList<String>();
        for (Header line : response) {
            String name = line.name().toLowerCase(Locale.ROOT);
            if (!SIMPLE.contains(name)
                    && !name.startsWith("access-control-")
                    && !name.startsWith("grip-")
                    && names.stream().noneMatch(line.name()::equalsIgnoreCase)) {
                names.add(line.name());
            }
        }
        return String.join(", ", names);
    }
}
