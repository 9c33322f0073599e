package io.sluice.grip;

import java.util.ArrayList;
import java.util.List;

/** A place in a JSON document (RFC 6901): names from the root down; none for the document itself. */
record JsonPointer(List<String> names) {
    static JsonPointer parse(String text) throws GripException {
        if (text.isEmpty()) {
            return new JsonPointer(List.of());
        }
        if (text.charAt(0) != '/') {
            throw new GripException("invalid pointer: " + text);
        }
        var names = new ArrayList<String>();
        for (String part : text.substring(1).split("/", -1)) {
            names.add(unescape(part, text));
        }
        return new JsonPointer(List.copyOf(names));
    }

    boolean isRoot() {
        return names.isEmpty();
    }

    String last() {
        return names.get(names.size() - 1);
    }

    JsonPointer parent() {
        return new JsonPointer(names.subList(0, names.size() - 1));
    }

    /** Whether it is a place inside of the other. */
    boolean isWithin(JsonPointer other) {
        return names.size() > other.names.size()
                && names.subList(0, other.names.size()).equals(other.names);
    }

    private static String unescape(String part, String pointer) throws GripException {
        if (part.indexOf('~') < 0) {
            return part;
        }
        for (int i = part.indexOf('~'); i >= 0; i = part.indexOf('~', i + 1)) {
            if (!part.startsWith("0", i + 1) && !part.startsWith("1", i + 1)) {
                throw new GripException("invalid pointer: " + pointer);
            }
        }
        return part.replace("~1", "/").replace("~0", "~");
    }
}
