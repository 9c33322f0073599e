package io.sluice.grip;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of a JSON object from outside. A field that is there with another type than asked for, null included, is an
 * error with the protocol's text; absent optional ones are null.
 *
 * @param name what error texts call the object
 */
record JsonFields(JsonObject json, String name) {
    /** @param value anything that JSON can hold */
    static JsonFields of(@Nullable Object value, String name) throws GripException {
        if (value instanceof JsonObject json) {
            return new JsonFields(json, name);
        }
        throw new GripException(name + " is not an object");
    }

    boolean has(String field) {
        return json.containsKey(field);
    }

    @Nullable
    String string(String field) throws GripException {
        if (!has(field)) {
            return null;
        }
        if (json.getValue(field) instanceof String text) {
            return text;
        }
        throw wrongType(field);
    }

    String requiredString(String field) throws GripException {
        String text = string(field);
        if (text == null) {
            throw new GripException(name + " does not contain '" + field + "'");
        }
        return text;
    }

    /** A string that can stand in a header line: an id, a name. Empty is absent. */
    @Nullable
    String token(String field) throws GripException {
        String text = string(field);
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (HeaderText.hasControls(text)) {
            throw invalid(field);
        }
        return text;
    }

    /** As {@link #token}, and there must be one. */
    String requiredToken(String field) throws GripException {
        String text = requiredString(field);
        if (text.isEmpty() || HeaderText.hasControls(text)) {
            throw invalid(field);
        }
        return text;
    }

    @Nullable
    JsonObject object(String field) throws GripException {
        if (!has(field)) {
            return null;
        }
        if (json.getValue(field) instanceof JsonObject object) {
            return object;
        }
        throw wrongType(field);
    }

    @Nullable
    JsonArray list(String field) throws GripException {
        if (!has(field)) {
            return null;
        }
        if (json.getValue(field) instanceof JsonArray list) {
            return list;
        }
        throw wrongType(field);
    }

    boolean bool(String field) throws GripException {
        if (!has(field)) {
            return false;
        }
        if (json.getValue(field) instanceof Boolean bool) {
            return bool;
        }
        throw wrongType(field);
    }

    /**
     * A whole number, however written ({@code 200}, {@code 200.0}, {@code 2e2}).
     *
     * @return {@code absent} when the field is not there
     */
    int integer(String field, int min, int max, int absent) throws GripException {
        if (!has(field)) {
            return absent;
        }
        if (!(json.getValue(field) instanceof Number number)) {
            throw wrongType(field);
        }
        double value = number.doubleValue();
        if (!Double.isInfinite(value) && Math.rint(value) != value) {
            throw wrongType(field);
        }
        if (value < min || value > max) {
            throw invalid(field);
        }
        return (int) value;
    }

    /** String values by name, in the object's order; empty when absent. */
    Map<String, String> strings(String field) throws GripException {
        JsonObject object = object(field);
        if (object == null || object.isEmpty()) {
            return Map.of();
        }
        var strings = new LinkedHashMap<String, String>();
        for (String key : object.fieldNames()) {
            if (!(object.getValue(key) instanceof String text)) {
                throw new GripException("'" + field + "' contains '" + key + "' with wrong type");
            }
            strings.put(key, text);
        }
        return strings;
    }

    /** The elements of a list, each a string; null when the list is absent. */
    @Nullable
    List<String> stringList(String field, String elementError) throws GripException {
        JsonArray list = list(field);
        if (list == null) {
            return null;
        }
        var strings = new String[list.size()];
        for (int i = 0; i < strings.length; i++) {
            if (!(list.getValue(i) instanceof String text)) {
                throw new GripException(elementError);
            }
            strings[i] = text;
        }
        return List.of(strings);
    }

    GripException wrongType(String field) {
        return new GripException(name + " contains '" + field + "' with wrong type");
    }

    GripException invalid(String field) {
        return new GripException(name + " contains '" + field + "' with invalid value");
    }
}
