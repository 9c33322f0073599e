package io.sluice.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a routes line, between blanks: {@code value[,name[=value]]*}.
 *
 * @param value empty when the section begins with a property or a comma
 * @param properties in the order of the line
 */
record RouteSection(String value, List<Property> properties) {
    /** @param value empty when there is none */
    record Property(String name, String value) {}

    /** The last property of that name counts. */
    @Nullable
    String last(String name) {
        String found = null;
        for (Property property : properties) {
            if (property.name().equals(name)) {
                found = property.value();
            }
        }
        return found;
    }

    boolean has(String name) {
        return last(name) != null;
    }

    List<String> all(String name) {
        return properties.stream()
                .filter(property -> property.name().equals(name))
                .map(Property::value)
                .toList();
    }

    /** The line as sections; none for a blank line or a comment. */
    static List<RouteSection> split(String line) throws BadRoute {
        return new Splitter(line).sections();
    }

    /** One pass over one line. Quotes may stand anywhere in a word; what is between them means itself. */
    private static final class Splitter {
        private static final char END = '\0';

        private final String line;
        private int at;

        /** Why the last word ended: a blank, a comma, a hash, or {@code END}. */
        private char stop;

        Splitter(String line) {
            this.line = line;
        }

        List<RouteSection> sections() throws BadRoute {
            var sections = new ArrayList<RouteSection>();
            while (skipBlanks()) {
                sections.add(section());
            }
            return sections;
        }

        private boolean skipBlanks() {
            while (at < line.length() && blank(line.charAt(at))) {
                at++;
            }
            return at < line.length() && line.charAt(at) != '#';
        }

        private RouteSection section() throws BadRoute {
            var properties = new ArrayList<Property>();
            String value = word();
            if (value.indexOf('=') >= 0) {
                properties.add(property(value));
                value = "";
            }
            while (stop == ',') {
                at++;
                properties.add(property(word()));
            }
            return new RouteSection(value, List.copyOf(properties));
        }

        private static Property property(String word) throws BadRoute {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (name.isEmpty()) {
                throw new BadRoute(word.isEmpty() ? "expecting prop" : "empty prop name");
            }
            return new Property(name, equals < 0 ? "" : word.substring(equals + 1));
        }

        private String word() throws BadRoute {
            var word = new StringBuilder();
            for (; at < line.length(); at++) {
                char c = line.charAt(at);
                if (c == '"') {
                    quoted(word);
                } else if (c == ',' || c == '#' || blank(c)) {
                    stop = c;
                    return word.toString();
                } else {
                    word.append(c);
                }
            }
            stop = END;
            return word.toString();
        }

        /** From the opening quote to the closing one. */
        private void quoted(StringBuilder word) throws BadRoute {
            for (at++; at < line.length(); at++) {
                char c = line.charAt(at);
                if (c == '"') {
                    return;
                }
                if (c == '\\') {
                    at++;
                    char escaped = at < line.length() ? line.charAt(at) : END;
                    if (escaped != '\\' && escaped != '"') {
                        throw new BadRoute(
                                at < line.length()
                                        ? "only \\\" and \\\\ can be escaped between quotes"
                                        : "unterminated quote");
                    }
                    c = escaped;
                }
                word.append(c);
            }
            throw new BadRoute("unterminated quote");
        }

        private static boolean blank(char c) {
            return c == ' ' || c == '\t';
        }
    }
}
