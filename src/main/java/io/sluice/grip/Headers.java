package io.sluice.grip;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Header lines in order, repeated names kept. Immutable; names compare without case. */
public final class Headers implements Iterable<Header> {
    public static final Headers EMPTY = new Headers(List.of());

    private final List<Header> lines;

    private Headers(List<Header> lines) {
        this.lines = lines;
    }

    public static Headers copyOf(List<Header> lines) {
        return lines.isEmpty() ? EMPTY : new Headers(List.copyOf(lines));
    }

    /** From names and values in turn. */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value: " + namesAndValues[namesAndValues.length - 1]);
        }
        var lines = new ArrayList<Header>(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
        }
        return copyOf(lines);
    }

    /** The first line's value of that name. */
    public @Nullable String first(String name) {
        for (Header line : lines) {
            if (line.name().equalsIgnoreCase(name)) {
                return line.value();
            }
        }
        return null;
    }

    /** All lines' values of that name, in order. */
    public List<String> all(String name) {
        var values = new ArrayList<String>(2);
        for (Header line : lines) {
            if (line.name().equalsIgnoreCase(name)) {
                values.add(line.value());
            }
        }
        return values;
    }

    public boolean contains(String name) {
        return first(name) != null;
    }

    /** These without the lines of the names that the test accepts. */
    public Headers without(Predicate<String> name) {
        List<Header> kept = null;
        for (int i = 0; i < lines.size(); i++) {
            Header line = lines.get(i);
            if (name.test(line.name())) {
                kept = kept == null ? new ArrayList<>(lines.subList(0, i)) : kept;
            } else if (kept != null) {
                kept.add(line);
            }
        }
        return kept == null ? this : copyOf(kept);
    }

    public Headers without(String name) {
        return without(name::equalsIgnoreCase);
    }

    /** These and one more line. */
    public Headers with(String name, String value) {
        var more = new ArrayList<>(lines);
        more.add(new Header(name, value));
        return copyOf(more);
    }

    /** These with one line of that name in place of any others. */
    public Headers set(String name, String value) {
        return without(name).with(name, value);
    }

    public List<Header> lines() {
        return lines;
    }

    public boolean isEmpty() {
        return lines.isEmpty();
    }

    @Override
    public Iterator<Header> iterator() {
        return lines.iterator();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Headers headers && lines.equals(headers.lines);
    }

    @Override
    public int hashCode() {
        return lines.hashCode();
    }

    @Override
    public String toString() {
        return lines.toString();
    }
}
