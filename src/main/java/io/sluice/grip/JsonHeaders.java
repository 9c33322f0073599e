package io.sluice.grip;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Header lines in JSON: a list of pairs, or an object. What would break out of its line is refused. */
final class JsonHeaders {
    private JsonHeaders() {}

    /** The field {@code headers} of the object; none when absent. */
    static Headers parse(JsonFields fields) throws GripException {
        Object value = fields.json().getValue("headers");
        if (!fields.has("headers")) {
            return Headers.EMPTY;
        }
        if (value instanceof JsonArray list) {
            return Headers.copyOf(pairs(list));
        }
        if (value instanceof JsonObject object) {
            return Headers.copyOf(members(object));
        }
        throw fields.wrongType("headers");
    }

    private static List<Header> pairs(JsonArray list) throws GripException {
        var lines = new ArrayList<Header>(list.size());
        for (int i = 0; i < list.size(); i++) {
            if (!(list.getValue(i) instanceof JsonArray pair)) {
                throw new GripException("headers contains element with wrong type");
            }
            if (pair.size() != 2) {
                throw new GripException("headers contains list with wrong number of elements");
            }
            if (!(pair.getValue(0) instanceof String name)) {
                throw new GripException("header contains name element with wrong type");
            }
            if (!(pair.getValue(1) instanceof String value)) {
                throw new GripException("header contains value element with wrong type");
            }
            if (!HeaderText.isName(name)) {
                throw new GripException("header contains name element with invalid value");
            }
            lines.add(new Header(name, value(value, "header contains value element with invalid value")));
        }
        return lines;
    }

    private static List<Header> members(JsonObject object) throws GripException {
        var lines = new ArrayList<Header>(object.size());
        for (String name : object.fieldNames()) {
            if (!(object.getValue(name) instanceof String value)) {
                throw new GripException("headers contains '" + name + "' with wrong type");
            }
            String invalid = "headers contains '" + name + "' with invalid value";
            if (!HeaderText.isName(name)) {
                throw new GripException(invalid);
            }
            lines.add(new Header(name, value(value, invalid)));
        }
        return lines;
    }

    private static String value(String text, String error) throws GripException {
        String wire = HeaderText.encode(text.strip());
        if (!HeaderText.isValue(wire)) {
            throw new GripException(error);
        }
        return wire;
    }
}
