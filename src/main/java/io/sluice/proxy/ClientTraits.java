package io.sluice.proxy;

import io.sluice.config.Settings;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import io.sluice.origin.ForwardedAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What tells an operator whose connection it is, kept beyond the request.
 *
 * @param address of the client, by the rules for X-Forwarded-For
 * @param userAgent empty when the client does not say
 * @param headers those of {@code outbox.log-headers}
 */
record ClientTraits(String address, String userAgent, List<Header> headers) {
    private static final int MAX_CHARS = 200;

    static final ClientTraits UNKNOWN = new ClientTraits("", "", List.of());

    static ClientTraits of(ClientRequest request, Settings settings) {
        Headers given = request.headers();
        String agent = given.first("User-Agent");
        List<Header> chosen = List.of();
        List<String> names = settings.outbox().logHeaders();
        if (!names.isEmpty()) {
            chosen = new ArrayList<>(names.size());
            for (String name : names) {
                String value = given.first(name);
                if (value != null) {
                    chosen.add(new Header(name, cut(value)));
                }
            }
            chosen = List.copyOf(chosen);
        }
        // Thousands of connections share a few agents; what nobody uses any more is collected.
        return new ClientTraits(
                ForwardedAddress.of(settings.grip(), given, request.peer(), request.trusted()),
                agent == null ? "" : cut(agent).intern(),
                chosen);
    }

    private static String cut(String value) {
        return value.length() <= MAX_CHARS ? value : value.substring(0, MAX_CHARS);
    }

    /** For one line of the log, between quotes. */
    static String plain(String value) {
        var text = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            text.append(c < ' ' || c == 0x7f ? '?' : c == '"' || c == '\\' ? '\'' : c);
        }
        return text.toString();
    }

    /** The chosen headers, for one line of the log, between quotes; empty for none. */
    String headerText() {
        var text = new StringBuilder();
        for (Header header : headers) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(header.name())
                    .append(": ")
                    .append(header.value());
        }
        return plain(text.toString());
    }
}
