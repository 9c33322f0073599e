package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.ClientRule;
import io.sluice.grip.ClientPolicy;
import io.sluice.grip.GripClient;
import io.sluice.grip.GripException;
import io.sluice.grip.GripSignature;
import io.sluice.grip.HeaderText;
import io.sluice.grip.Headers;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose request it is: by the origin's word, or else by the route's rule (GRIP, one connection per client). Pure but for the clock. */
final class ClientIdentity {
    private static final String BEARER = "Bearer ";

    /**
     * @param client with the route's prefix, as channels have it; null when nobody knows, or has to
     * @param refusal why it can't be known; null when there is nothing wrong
     */
    record Found(
            @Nullable String client,
            ClientPolicy policy,
            @Nullable Refusal refusal) {
        private static final Found NOBODY = new Found(null, ClientPolicy.NEWEST, null);
    }

    private ClientIdentity() {}

    /**
     * @param origin headers of its response
     * @throws GripException when the origin's header is wrong
     */
    static Found of(ClientRequest request, Headers origin, long nowSeconds) throws GripException {
        GripClient named = GripClient.in(origin);
        ClientRule rule = request.route().client();
        ClientPolicy preset = rule == null ? ClientPolicy.NEWEST : rule.policy();
        if (named != null) {
            ClientPolicy policy = named.policy();
            return found(request, named.id(), policy == null ? preset : policy);
        }
        if (rule == null) {
            return Found.NOBODY;
        }
        List<String> values = values(request, rule.place());
        if (values.isEmpty()) {
            return Found.NOBODY;
        }
        if (values.size() > 1) {
            return refused(Refusal.badRequest("More than one client id in the request."));
        }
        ClientRule.Token token = rule.token();
        return token == null
                ? byValue(request, rule, values.get(0))
                : byToken(request, token, values.get(0), preset, nowSeconds);
    }

    private static Found byValue(ClientRequest request, ClientRule rule, String value) {
        String id = rule.place().part() == ClientRule.Part.COOKIE ? digest(value) : value;
        String defect = GripClient.defect(id);
        return defect == null
                ? found(request, id, rule.policy())
                : refused(Refusal.badRequest("Invalid client id: " + defect + "."));
    }

    private static Found byToken(
            ClientRequest request, ClientRule.Token rule, String token, ClientPolicy policy, long nowSeconds) {
        JsonObject claims = GripSignature.claims(token, rule.key(), nowSeconds);
        if (claims == null) {
            return refused(Refusal.INVALID_TOKEN);
        }
        Object claim = claims.getValue(rule.claim());
        if (claim == null) {
            return Found.NOBODY;
        }
        boolean text = claim instanceof String || claim instanceof Number;
        return !text || GripClient.defect(claim.toString()) != null
                ? refused(Refusal.INVALID_TOKEN)
                : found(request, claim.toString(), policy);
    }

    private static Found found(ClientRequest request, String id, ClientPolicy policy) {
        return new Found(request.route().prefix() + id, policy, null);
    }

    private static Found refused(Refusal refusal) {
        return new Found(null, ClientPolicy.NEWEST, refusal);
    }

    /** Not empty, each once. */
    private static List<String> values(ClientRequest request, ClientRule.Place place) {
        List<String> all = switch (place.part()) {
            case HEADER -> headers(request.headers(), place.name());
            case COOKIE -> cookies(request.headers(), place.name());
            case QUERY -> parameters(request.uri().query(), place.name());
        };
        return all.stream()
                .map(value -> HeaderText.decode(value.strip()))
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
    }

    private static List<String> headers(Headers headers, String name) {
        List<String> all = headers.all(name);
        if (!name.equalsIgnoreCase("Authorization")) {
            return all;
        }
        return all.stream()
                .filter(line -> line.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(line -> line.substring(BEARER.length()))
                .toList();
    }

    private static List<String> cookies(Headers headers, String name) {
        var values = new ArrayList<String>();
        for (String line : headers.all("Cookie")) {
            for (String pair : line.split(";")) {
                int equals = pair.indexOf('=');
                if (equals >= 0 && pair.substring(0, equals).strip().equals(name)) {
                    values.add(pair.substring(equals + 1));
                }
            }
        }
        return values;
    }

    private static List<String> parameters(String query, String name) {
        var values = new ArrayList<String>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals >= 0 && decoded(pair.substring(0, equals)).equals(name)) {
                values.add(decoded(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    /** What is not well encoded stays as it is. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** A cookie is often the client's secret, and an id stands in logs. */
    private static String digest(String cookie) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(cookie.getBytes(UTF_8));
            return "cookie-"
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(hash)
                            .substring(0, 27);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
