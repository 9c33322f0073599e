package io.sluice.grip;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON patches (RFC 6902), applied to JSON text. All of a patch or nothing. What it does not touch keeps its order and its
 * numbers every digit; blanks are not kept. Pure; any thread.
 */
public final class JsonPatch {
    private JsonPatch() {}

    /**
     * The document after the patch, with the newline at its end if it had one.
     *
     * @throws GripException when either is not JSON, or an operation cannot be done
     */
    public static String apply(String document, String patch) throws GripException {
        Object tree = JsonTree.read(document, "document is not valid JSON");
        if (!(JsonTree.read(patch, "patch is not valid JSON") instanceof List<?> operations)) {
            throw new GripException("patch is not a list");
        }
        var target = new JsonDocument(tree);
        for (Object operation : operations) {
            if (!(operation instanceof Map<?, ?> fields)) {
                throw new GripException("invalid op");
            }
            apply(target, fields);
        }
        String text = JsonTree.write(target.root());
        return document.endsWith("\n") ? text + "\n" : text;
    }

    private static void apply(JsonDocument document, Map<?, ?> operation) throws GripException {
        String op = string(operation, "op");
        JsonPointer path = JsonPointer.parse(string(operation, "path"));
        switch (op) {
            case "add" -> document.add(path, document.copy(value(operation)));
            case "remove" -> document.remove(path);
            case "replace" -> document.replace(path, document.copy(value(operation)));
            case "copy" -> document.add(path, document.copy(document.get(from(operation))));
            case "move" -> {
                JsonPointer from = from(operation);
                if (path.isWithin(from)) {
                    throw new GripException("cannot move location into itself");
                }
                Object moved = document.get(from);
                if (!path.equals(from)) {
                    document.remove(from);
                    document.add(path, moved);
                }
            }
            case "test" -> {
                if (!equal(document.get(path), value(operation))) {
                    throw new GripException("tested values are not equal");
                }
            }
            default -> throw new GripException("unsupported op: " + op);
        }
    }

    private static JsonPointer from(Map<?, ?> operation) throws GripException {
        return JsonPointer.parse(string(operation, "from"));
    }

    private static String string(Map<?, ?> operation, String name) throws GripException {
        if (!operation.containsKey(name)) {
            throw new GripException("op does not contain '" + name + "'");
        }
        if (operation.get(name) instanceof String text) {
            return text;
        }
        throw new GripException("op contains '" + name + "' with wrong type");
    }

    private static @Nullable Object value(Map<?, ?> operation) throws GripException {
        if (!operation.containsKey("value")) {
            throw new GripException("op does not contain 'value'");
        }
        return operation.get("value");
    }

    /** Numbers are equal by value: 1 is 1.0. */
    private static boolean equal(@Nullable Object a, @Nullable Object b) {
        if (a instanceof BigDecimal x && b instanceof BigDecimal y) {
            return x.compareTo(y) == 0;
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            boolean same = x.size() == y.size();
            for (int i = 0; same && i < x.size(); i++) {
                same = equal(x.get(i), y.get(i));
            }
            return same;
        }
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
            boolean same = x.keySet().equals(y.keySet());
            for (Map.Entry<?, ?> member : x.entrySet()) {
                same = same && equal(member.getValue(), y.get(member.getKey()));
            }
            return same;
        }
        return a == null ? b == null : a.equals(b);
    }
}
