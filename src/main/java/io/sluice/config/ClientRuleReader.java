package io.sluice.config;

import io.sluice.config.ClientRule.Part;
import io.sluice.config.ClientRule.Place;
import io.sluice.config.ClientRule.Token;
import io.sluice.grip.ClientPolicy;
import io.sluice.grip.GripException;
import io.sluice.grip.SigningKey;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the parameters {@code client} and {@code client_*} of a routes line; the key of tokens with them. */
final class ClientRuleReader {
    private static final Place AUTHORIZATION = new Place(Part.HEADER, "Authorization");
    private static final String TOKEN = "jwt";

    private ClientRuleReader() {}

    /** @return null without the parameter {@code client} */
    static @Nullable ClientRule read(RouteSection condition, Path base) throws BadRoute {
        String client = condition.last("client");
        if (client == null) {
            for (String lonely : List.of("client_token", "client_key", "client_policy")) {
                if (condition.has(lonely)) {
                    throw new BadRoute(lonely + " needs client");
                }
            }
            return null;
        }
        String[] words = client.split(":", 2);
        String name = words.length < 2 ? "" : words[1];
        String key = condition.last("client_key");
        String where = condition.last("client_token");
        ClientPolicy policy = policy(condition.last("client_policy"));
        if (!words[0].equals(TOKEN)) {
            if (key != null || where != null) {
                throw new BadRoute("client_key and client_token are for client=jwt:CLAIM only");
            }
            return new ClientRule(
                    place("client", client, "header:NAME, cookie:NAME, query:NAME or jwt:CLAIM"), null, policy);
        }
        if (name.isEmpty()) {
            throw new BadRoute("client 'jwt:' must name a claim");
        }
        Place place =
                where == null ? AUTHORIZATION : place("client_token", where, "header:NAME, cookie:NAME or query:NAME");
        return new ClientRule(place, new Token(name, key(key, base)), policy);
    }

    private static ClientPolicy policy(@Nullable String text) throws BadRoute {
        try {
            return text == null ? ClientPolicy.NEWEST : ClientPolicy.parse(text);
        } catch (GripException e) {
            throw new BadRoute("client_policy: " + e.text());
        }
    }

    private static Place place(String parameter, String text, String rule) throws BadRoute {
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1);
        Part part = switch (colon < 0 ? "" : text.substring(0, colon)) {
            case "header" -> Part.HEADER;
            case "cookie" -> Part.COOKIE;
            case "query" -> Part.QUERY;
            default -> throw new BadRoute(parameter + " '" + text + "' must be " + rule);
        };
        if (name.isEmpty() || (part != Part.QUERY && !RouteWords.isToken(name))) {
            throw new BadRoute(parameter + " '" + text + "' must have a name after the colon");
        }
        return new Place(part, name);
    }

    private static SigningKey key(@Nullable String spec, Path base) throws BadRoute {
        if (spec == null || spec.isEmpty()) {
            throw new BadRoute("client=jwt:CLAIM needs client_key");
        }
        try {
            SigningKey key = SigningKey.parse(spec, base);
            if (!key.verifies()) {
                throw new BadRoute("client_key cannot verify signatures");
            }
            return key;
        } catch (GripException e) {
            throw new BadRoute("client_key: " + e.text());
        }
    }
}
