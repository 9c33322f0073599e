package io.sluice.grip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON tree under change. Bounded: copies of copies would fill the memory with a few operations, and nest without end.
 */
final class JsonDocument {
    private static final int MAX_COPIED_VALUES = 1_000_000;
    private static final String NO_LOCATION = "location does not exist";

    private @Nullable Object root;
    private int copied;

    JsonDocument(@Nullable Object root) {
        this.root = root;
    }

    @Nullable
    Object root() {
        return root;
    }

    @Nullable
    Object get(JsonPointer path) throws GripException {
        Object value = root;
        for (String name : path.names()) {
            if (value instanceof Map<?, ?> object && object.containsKey(name)) {
                value = object.get(name);
            } else if (value instanceof List<?> array) {
                value = array.get(index(name, array.size() - 1));
            } else {
                throw new GripException(NO_LOCATION);
            }
        }
        return value;
    }

    /** Puts the value there: a new member or in place of the old one; in arrays, before the element that is there. */
    void add(JsonPointer path, @Nullable Object value) throws GripException {
        if (path.names().size() + depth(value, 0) > JsonTree.MAX_DEPTH) {
            throw new GripException("patched document is nested too deeply");
        }
        if (path.isRoot()) {
            root = value;
            return;
        }
        Object parent = get(path.parent());
        if (parent instanceof Map<?, ?>) {
            object(parent).put(path.last(), value);
        } else if (parent instanceof List<?> array) {
            int index = path.last().equals("-") ? array.size() : index(path.last(), array.size());
            array(parent).add(index, value);
        } else {
            throw new GripException(NO_LOCATION);
        }
    }

    void remove(JsonPointer path) throws GripException {
        get(path);
        if (path.isRoot()) {
            throw new GripException("cannot remove the document");
        }
        Object parent = get(path.parent());
        if (parent instanceof List<?> array) {
            array.remove(index(path.last(), array.size() - 1));
        } else if (parent instanceof Map<?, ?> object) {
            object.remove(path.last());
        }
    }

    /** As {@link #add} in place of what is there; members keep their place among the others. */
    void replace(JsonPointer path, @Nullable Object value) throws GripException {
        get(path);
        if (!path.isRoot() && get(path.parent()) instanceof List<?>) {
            remove(path);
        }
        add(path, value);
    }

    /** A copy that shares nothing that can change. */
    @Nullable
    Object copy(@Nullable Object value) throws GripException {
        if (++copied > MAX_COPIED_VALUES) {
            throw new GripException("patch copies too much");
        }
        if (value instanceof Map<?, ?> object) {
            var copy = new LinkedHashMap<String, @Nullable Object>();
            for (Map.Entry<?, ?> member : object.entrySet()) {
                copy.put(String.valueOf(member.getKey()), copy(member.getValue()));
            }
            return copy;
        }
        if (value instanceof List<?> array) {
            var copy = new ArrayList<@Nullable Object>(array.size());
            for (Object element : array) {
                copy.add(copy(element));
            }
            return copy;
        }
        return value;
    }

    /** An index up to the given one: digits without leading zeros. */
    private static int index(String name, int max) throws GripException {
        boolean wellFormed = name.matches("0|[1-9][0-9]{0,8}");
        int index = wellFormed ? Integer.parseInt(name) : Integer.MAX_VALUE;
        if (index > max) {
            throw new GripException(NO_LOCATION);
        }
        return index;
    }

    private static int depth(@Nullable Object value, int above) {
        int depth = above;
        if (value instanceof Map<?, ?> object) {
            depth++;
            for (Object member : object.values()) {
                depth = Math.max(depth, depth(member, above + 1));
            }
        } else if (value instanceof List<?> array) {
            depth++;
            for (Object element : array) {
                depth = Math.max(depth, depth(element, above + 1));
            }
        }
        return depth;
    }

    @SuppressWarnings("unchecked") // trees are built by JsonTree and copy alone
    private static Map<String, @Nullable Object> object(Object value) {
        return (Map<String, @Nullable Object>) value;
    }

    @SuppressWarnings("unchecked") // trees are built by JsonTree and copy alone
    private static List<@Nullable Object> array(Object value) {
        return (List<@Nullable Object>) value;
    }
}
