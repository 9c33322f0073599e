package io.sluice.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Pushpin configuration: INI with sections, {@code {name}} expansion, and one {@code include} whose values are overridden.
 * What has a meaning here becomes a setting; everything else is noted once, by name, with the reason. For one text.
 */
final class PushpinSource {
    private static final int MAX_PORT = 65_535;

    private final String source;
    private final Path base;
    private final Values values;
    private final List<Problem> problems;

    /** @param name section and key, joined by a dot */
    private record Entry(String name, String value, String source, int line, boolean included) {}

    PushpinSource(String source, Path base, Values values, List<Problem> problems) {
        this.source = source;
        this.base = base;
        this.values = values;
        this.problems = problems;
    }

    void read(String text) {
        Map<String, Entry> own = entries(source, text, false);
        Map<String, String> names = new LinkedHashMap<>();
        own.values().forEach(entry -> {
            if (entry.name().startsWith("global.")) {
                names.put(entry.name().substring("global.".length()), entry.value());
            }
        });
        names.putIfAbsent("port_offset", "0");
        Map<String, Entry> all = new LinkedHashMap<>(included(own.get("global.include"), names));
        all.putAll(own);
        int offset = offset(all.get("global.port_offset"));
        if (offset != 0) {
            // Presets move too, and with them the ops port: several instances on one machine must share none.
            for (Key<Integer> key : List.of(Keys.HTTP_PORT, Keys.CONTROL_PORT, Keys.OPS_PORT)) {
                put(key, port(String.valueOf(key.preset()), offset), at("global.port_offset", all));
            }
        }
        for (Entry entry : all.values()) {
            apply(
                    new Entry(
                            entry.name(), expand(entry.value(), names), entry.source(), entry.line(), entry.included()),
                    offset);
        }
    }

    /** Pushpin asks nobody who he is, wherever it listens; a configuration that was good there is good here, with a note. */
    private void open(String address, Entry entry) {
        boolean local = address.startsWith("127.")
                || address.equals("localhost")
                || address.equals("::1")
                || address.equals("[::1]");
        if (!local && !address.isEmpty()) {
            put(Keys.CONTROL_OPEN, "true", entry);
        }
    }

    private static Entry at(String name, Map<String, Entry> all) {
        Entry entry = all.get(name);
        return entry == null ? new Entry(name, "", "defaults", 0, false) : entry;
    }

    private Map<String, Entry> entries(String from, String text, boolean included) {
        var entries = new LinkedHashMap<String, Entry>();
        String section = "";
        int number = 0;
        for (String raw : text.split("\r?\n", -1)) {
            number++;
            String line = raw.strip();
            int equals = line.indexOf('=');
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                section = line.substring(1, line.length() - 1).strip();
            } else if (equals < 1) {
                problems.add(Problem.error(from, number, "must be [section] or key=value"));
            } else {
                String name = section + "." + line.substring(0, equals).strip();
                String value = unquoted(line.substring(equals + 1).strip());
                entries.put(name, new Entry(name, value, from, number, included));
            }
        }
        return entries;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted
                ? value.substring(1, value.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\")
                : value;
    }

    private static String expand(String value, Map<String, String> names) {
        String expanded = value;
        for (Map.Entry<String, String> name : names.entrySet()) {
            expanded = expanded.replace("{" + name.getKey() + "}", name.getValue());
        }
        return expanded;
    }

    private Map<String, Entry> included(@Nullable Entry include, Map<String, String> names) {
        if (include == null || include.value().isEmpty()) {
            return Map.of();
        }
        String name = expand(include.value(), names);
        try {
            Path file = base.resolve(name);
            return entries(file.toString(), Files.readString(file), true);
        } catch (IOException | InvalidPathException e) {
            problems.add(Problem.note(
                    source, include.line(), "include: " + name + " is not there; Sluice needs nothing of it"));
            return Map.of();
        }
    }

    private int offset(@Nullable Entry entry) {
        if (entry == null || entry.value().isEmpty()) {
            return 0;
        }
        try {
            int offset = Integer.parseInt(entry.value());
            if (offset >= 0 && offset <= MAX_PORT) {
                return offset;
            }
        } catch (NumberFormatException e) {
            // Same rule as for one out of range.
        }
        problems.add(Problem.error(
                entry.source(), entry.line(), "port_offset: must be a whole number from 0 to " + MAX_PORT));
        return 0;
    }

    private void apply(Entry entry, int offset) {
        String name = entry.name();
        Key<?> key = PushpinKeys.SAME.get(name);
        Key<?> sockets = PushpinKeys.ZMQ.get(name);
        String reason = PushpinKeys.WITHOUT_EFFECT.get(name);
        if (key != null) {
            put(key, key.preset() instanceof Boolean ? bool(entry.value()) : entry.value(), entry);
            if (Keys.CONTROL_HOST.equals(key)) {
                open(entry.value(), entry);
            }
        } else if (sockets != null) {
            zmq(sockets, entry, offset);
        } else if (name.equals("runner.http_port")) {
            httpPort(entry, offset);
        } else if (name.equals("handler.push_in_http_port")) {
            put(Keys.CONTROL_PORT, port(entry.value(), offset), entry);
        } else if (PushpinKeys.ELSEWHERE.contains(name)
                || entry.included()
                || entry.value().isEmpty()) {
            return;
        } else if (reason != null) {
            problems.add(Problem.note(entry.source(), entry.line(), bare(name) + ": no effect: " + reason));
        } else {
            var known = new ArrayList<>(PushpinKeys.SAME.keySet());
            known.addAll(PushpinKeys.WITHOUT_EFFECT.keySet());
            known.addAll(PushpinKeys.ZMQ.keySet());
            known.addAll(PushpinKeys.ELSEWHERE);
            problems.add(Problem.warning(
                    entry.source(), entry.line(), name + ": unknown key, no effect" + NearestName.hint(name, known)));
        }
    }

    private static String bare(String name) {
        return name.substring(name.indexOf('.') + 1);
    }

    /** {@code PORT} or {@code ADDRESS:PORT}. */
    private void httpPort(Entry entry, int offset) {
        String value = entry.value();
        if (value.isEmpty()) {
            problems.add(Problem.error(
                    entry.source(), entry.line(), "http_port: is empty, and Sluice has no other client port yet"));
            return;
        }
        int colon = value.lastIndexOf(':');
        if (colon >= 0) {
            put(Keys.HTTP_HOST, value.substring(0, colon), entry);
        }
        put(Keys.HTTP_PORT, port(value.substring(colon + 1), offset), entry);
    }

    /** Specs with the offset. Unix sockets of ZeroMQ are not to be had here. */
    private void zmq(Key<?> key, Entry entry, int offset) {
        var specs = new ArrayList<String>();
        for (String given : entry.value().split(",")) {
            String spec = given.strip();
            int colon = spec.lastIndexOf(':');
            if (spec.startsWith("ipc:")) {
                problems.add(Problem.warning(
                        entry.source(),
                        entry.line(),
                        bare(entry.name()) + ": no effect: " + spec
                                + " is a unix socket, Sluice's ZeroMQ has tcp only"));
            } else if (!spec.isEmpty()) {
                open(colon < 6 ? "" : spec.substring("tcp://".length(), colon), entry);
                specs.add(colon < 0 ? spec : spec.substring(0, colon + 1) + port(spec.substring(colon + 1), offset));
            }
        }
        put(key, String.join(",", specs), entry);
    }

    /** The port with the offset, or the text as it is for the key's own rule to refuse. */
    private static String port(String text, int offset) {
        try {
            return String.valueOf(Math.addExact(Integer.parseInt(text.strip()), offset));
        } catch (ArithmeticException | NumberFormatException e) {
            return text;
        }
    }

    private static String bool(String text) {
        return text.equals("1") ? "true" : text.equals("0") ? "false" : text;
    }

    private void put(Key<?> key, String text, Entry entry) {
        String broken = values.put(key, text, base, entry.source(), entry.line());
        if (!broken.isEmpty()) {
            problems.add(Problem.error(entry.source(), entry.line(), bare(entry.name()) + ": " + broken));
        }
    }
}
