package io.sluice.grip;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One element of a list-type header: {@code value; name=value; name="quoted \" value"}. Lenient as GRIP asks: an element with
 * broken quoting is dropped, an unterminated quote swallows the rest of its line, and nothing is ever an error. Values are as
 * they travelled, see {@link HeaderText}. Immutable; any thread.
 *
 * @param value the part before the first semicolon, never unquoted
 * @param parameters in order, repeated names kept
 */
public record HeaderElement(String value, List<Parameter> parameters) {
    private static final String SPECIAL = "\",;";

    /**
     * @param name as written; compare without case
     * @param value unquoted; empty when there was none
     */
    public record Parameter(String name, String value) {}

    public HeaderElement {
        parameters = List.copyOf(parameters);
    }

    /** The elements of all lines, in order. */
    public static List<HeaderElement> parseList(List<String> lines) {
        var elements = new ArrayList<HeaderElement>();
        for (String text : split(lines)) {
            HeaderElement element = parseSingle(text);
            if (element != null) {
                elements.add(element);
            }
        }
        return elements;
    }

    /** The whole text as one element: commas have no meaning. Null when its quoting is broken. */
    public static @Nullable HeaderElement parseSingle(String text) {
        int semicolon = text.indexOf(';');
        String value = (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
        List<Parameter> parameters = semicolon < 0 ? List.of() : parameters(text, semicolon + 1);
        return parameters == null ? null : new HeaderElement(value, parameters);
    }

    /** As {@link #parseSingle}, but a value in quotes is unquoted. */
    static @Nullable HeaderElement parseQuotable(String text) {
        if (!text.startsWith("\"")) {
            return parseSingle(text);
        }
        var value = new StringBuilder();
        int end = unquote(text, 1, value);
        List<Parameter> parameters = end < 0 ? null : parameters(text, indexOf(text, end, ';', ';') + 1);
        return parameters == null ? null : new HeaderElement(value.toString(), parameters);
    }

    /** Elements that are {@code name=value} themselves: of each the first pair, and no more. */
    public static List<Parameter> parsePairs(List<String> lines) {
        var pairs = new ArrayList<Parameter>();
        for (String text : split(lines)) {
            List<Parameter> parameters = parameters(text, 0);
            if (parameters != null && !parameters.isEmpty()) {
                pairs.add(parameters.get(0));
            }
        }
        return pairs;
    }

    /** The first parameter's value of that name. */
    public @Nullable String parameter(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name().equalsIgnoreCase(name)) {
                return parameter.value();
            }
        }
        return null;
    }

    static List<String> split(List<String> lines) {
        var texts = new ArrayList<String>();
        for (String line : lines) {
            int start = 0;
            while (start < line.length()) {
                int end = endOfElement(line, start);
                if (end < 0) {
                    break; // an unterminated quote
                }
                String text = line.substring(start, end).strip();
                if (!text.isEmpty()) {
                    texts.add(text);
                }
                start = end + 1;
            }
        }
        return texts;
    }

    /** The next comma outside quotes, or the line's end; -1 when a quote is not closed. */
    private static int endOfElement(String line, int start) {
        boolean inQuotes = false;
        for (int i = start; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                inQuotes = !inQuotes;
            } else if (inQuotes && c == '\\') {
                i++;
            } else if (!inQuotes && c == ',') {
                return i;
            }
        }
        return inQuotes ? -1 : line.length();
    }

    private static @Nullable List<Parameter> parameters(String text, int start) {
        var parameters = new ArrayList<Parameter>(2);
        int i = start;
        while (i < text.length()) {
            int nameEnd = indexOf(text, i, '=', ';');
            String name = text.substring(i, nameEnd).strip();
            if (nameEnd == text.length() || text.charAt(nameEnd) == ';') {
                if (!name.isEmpty()) {
                    parameters.add(new Parameter(name, ""));
                }
                i = nameEnd + 1;
                continue;
            }
            int valueStart = nameEnd + 1;
            while (valueStart < text.length() && text.charAt(valueStart) == ' ') {
                valueStart++;
            }
            int valueEnd;
            if (valueStart < text.length() && text.charAt(valueStart) == '"') {
                var value = new StringBuilder();
                valueEnd = unquote(text, valueStart + 1, value);
                if (valueEnd < 0) {
                    return null;
                }
                parameters.add(new Parameter(name, value.toString()));
                valueEnd = indexOf(text, valueEnd, ';', ';');
            } else {
                valueEnd = indexOf(text, valueStart, ';', ';');
                parameters.add(
                        new Parameter(name, text.substring(valueStart, valueEnd).strip()));
            }
            i = valueEnd + 1;
        }
        return parameters;
    }

    /** Reads up to the closing quote; returns the index after it, -1 when there is none. */
    private static int unquote(String text, int start, StringBuilder value) {
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c == '\\') {
                i++;
                if (i == text.length()) {
                    return -1;
                }
                c = text.charAt(i);
            }
            value.append(c);
        }
        return -1;
    }

    private static int indexOf(String text, int start, char a, char b) {
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == a || c == b) {
                return i;
            }
        }
        return text.length();
    }

    /** The value, in quotes where it would not be read back otherwise. */
    static String quoted(String value) {
        if (!needsQuotes(value)) {
            return value;
        }
        var out = new StringBuilder(value.length() + 4).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        return out.append('"').toString();
    }

    private static boolean needsQuotes(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (SPECIAL.indexOf(value.charAt(i)) >= 0) {
                return true;
            }
        }
        return value.isEmpty() || !value.equals(value.strip());
    }
}
