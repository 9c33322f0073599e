package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.grip.GripException;
import io.sluice.grip.Headers;
import io.sluice.origin.ClientUri;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The request that a JSON-P call stands for. Pure.
 *
 * @param wrap how its response is to be wrapped
 * @param uri without the parameters that made the call
 * @param body empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record JsonpRequest(JsonpCallback wrap, String method, ClientUri uri, Headers headers, byte[] body) {
    private static final Pattern CALLBACK = Pattern.compile("[A-Za-z0-9_$.\\[\\]]{1,256}");
    private static final Pattern METHOD = Pattern.compile("[A-Za-z]{1,32}");
    /** Names that {@code _headers} can't set: what the protocol says, and what frames the message. */
    private static final Set<String> FIXED = Set.of(
            "host",
            "accept",
            "connection",
            "content-length",
            "expect",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** A query parameter as it stands in the URI. */
    private record Parameter(String name, String value, String raw) {}

    /**
     * @param headers of the GET request
     * @return null when the request is no JSON-P call
     * @throws GripException when it is a broken one; its text is fit for the client
     */
    static @Nullable JsonpRequest read(Route.Jsonp rules, ClientUri uri, Headers headers) throws GripException {
        int mark = uri.path().indexOf('?');
        if (mark < 0) {
            return null;
        }
        List<Parameter> query = parameters(uri.path().substring(mark + 1));
        String callback = find(query, rules.callbackParameter());
        if (callback == null
                && rules.defaultCallback() != null
                && rules.bodyParameter() != null
                && find(query, rules.bodyParameter()) != null) {
            callback = rules.defaultCallback();
        }
        if (callback == null) {
            return null;
        }
        String name = decoded(callback, "Invalid callback parameter.");
        if (!CALLBACK.matcher(name).matches()) {
            throw new GripException("Invalid callback parameter.");
        }
        String bodyName = rules.bodyParameter() != null ? rules.bodyParameter() : "_body";
        var taken = Set.of(rules.callbackParameter(), "_method", "_headers", bodyName);
        return new JsonpRequest(
                new JsonpCallback(name, rules.extended()),
                method(query, rules),
                new ClientUri(uri.scheme(), uri.authority(), rest(uri.path().substring(0, mark), query, taken)),
                headers(query, headers, rules.bodyParameter() != null && find(query, bodyName) != null),
                body(query, bodyName, rules.bodyParameter() != null));
    }

    private static String method(List<Parameter> query, Route.Jsonp rules) throws GripException {
        String given = find(query, "_method");
        if (given == null) {
            return rules.defaultMethod();
        }
        String method = decoded(given, "Invalid _method parameter.");
        if (!METHOD.matcher(method).matches()) {
            throw new GripException("Invalid _method parameter.");
        }
        return method;
    }

    private static byte[] body(List<Parameter> query, String name, boolean configured) throws GripException {
        String given = find(query, name);
        return given == null
                ? new byte[0]
                : decoded(given, configured ? "Invalid body parameter." : "Invalid _body parameter.")
                        .getBytes(StandardCharsets.UTF_8);
    }

    private static Headers headers(List<Parameter> query, Headers client, boolean jsonBody) throws GripException {
        Headers headers = client.set("Accept", "*/*").without("Content-Length");
        String given = find(query, "_headers");
        if (given != null) {
            for (Map.Entry<String, Object> line : object(given)) {
                String name = line.getKey();
                if (!(line.getValue() instanceof String value)
                        || ResponseHead.defect(200, "", Headers.of(name, value)) != null) {
                    throw new GripException("Invalid _headers parameter.");
                }
                if (!FIXED.contains(name.toLowerCase(Locale.ROOT))) {
                    headers = headers.set(name, value);
                }
            }
        }
        return jsonBody ? headers.set("Content-Type", "application/json") : headers;
    }

    private static JsonObject object(String given) throws GripException {
        try {
            return new JsonObject(decoded(given, "Invalid _headers parameter."));
        } catch (DecodeException e) {
            throw new GripException("Invalid _headers parameter.");
        }
    }

    private static String rest(String path, List<Parameter> query, Set<String> taken) {
        var left = query.stream()
                .filter(parameter -> !taken.contains(parameter.name()))
                .map(Parameter::raw)
                .toList();
        return left.isEmpty() ? path : path + "?" + String.join("&", left);
    }

    private static List<Parameter> parameters(String query) {
        var parameters = new ArrayList<Parameter>();
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            parameters.add(new Parameter(
                    equals < 0 ? part : part.substring(0, equals), equals < 0 ? "" : part.substring(equals + 1), part));
        }
        return parameters;
    }

    private static @Nullable String find(List<Parameter> query, String name) {
        for (Parameter parameter : query) {
            if (parameter.name().equals(name)) {
                return parameter.value();
            }
        }
        return null;
    }

    private static String decoded(String text, String error) throws GripException {
        var bytes = ByteBuffer.allocate(text.length() * 3);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            } else if (i + 2 < text.length()
                    && Character.digit(text.charAt(i + 1), 16) >= 0
                    && Character.digit(text.charAt(i + 2), 16) >= 0) {
                bytes.put((byte)
                        (Character.digit(text.charAt(i + 1), 16) << 4 | Character.digit(text.charAt(i + 2), 16)));
                i += 2;
            } else {
                throw new GripException(error);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new GripException(error);
        }
    }
}
