package io.sluice.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Loads settings: presets, then a file, then the environment, then flags; a later source wins. Every problem is collected, none
 * throws. Call the sources in that order, then {@link #load()} once.
 *
 * <p>Threads: one; reads files.
 */
public final class SettingsLoader {
    /** Of the launcher, the logging, and the file to read; the rest of {@code SLUICE_…} are settings. */
    private static final Set<String> NOT_SETTINGS = Set.of(
            "SLUICE_JVM_OPTS",
            "SLUICE_LOG_LEVEL",
            "SLUICE_LIB_LOG_LEVEL",
            "SLUICE_CONFIG",
            "SLUICE_HOME",
            "SLUICE_JAR");

    /** What Kubernetes puts into containers for a service whose name begins with "sluice". */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("SLUICE_(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_\\w+)?)");

    private final Values values = new Values();
    private final List<Problem> problems = new ArrayList<>();
    private final Path workingDirectory = Path.of("").toAbsolutePath();
    private Path base = workingDirectory;
    private @Nullable Path file;

    /**
     * One line on a key, for help texts.
     *
     * @throws IllegalArgumentException for no key
     */
    public static String describe(String name) {
        Key<?> key = Keys.named(name);
        if (key == null) {
            throw new IllegalArgumentException("no key: " + name);
        }
        return key.doc();
    }

    /** Reads Sluice's own file. */
    public SettingsLoader yaml(Path path) {
        String text = text(path, "settings file");
        new YamlSource(path.toString(), base, values, problems).read(text);
        return this;
    }

    /** Reads a Pushpin configuration file as it is. */
    public SettingsLoader pushpin(Path path) {
        String text = text(path, "config file");
        new PushpinSource(path.toString(), base, values, problems).read(text);
        return this;
    }

    /** Empty when it cannot be read, which is a problem then. */
    private String text(Path path, String what) {
        Path absolute = path.toAbsolutePath();
        file = path;
        base = Objects.requireNonNullElse(absolute.getParent(), absolute);
        try {
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            problems.add(Problem.error(path.toString(), 0, "failed to open " + what + ": no such file"));
        } catch (IOException e) {
            problems.add(Problem.error(path.toString(), 0, "failed to open " + what + ": " + e));
        }
        return "";
    }

    /** Takes what begins with {@code SLUICE_}. File names in it are relative to the working directory. */
    public SettingsLoader environment(Map<String, String> environment) {
        var keys = new TreeMap<String, Key<?>>();
        Keys.all().forEach(key -> keys.put(key.environment(), key));
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith("SLUICE_") && !NOT_SETTINGS.contains(name)) {
                Key<?> key = keys.get(name);
                boolean link = SERVICE_LINK.matcher(name).matches();
                if (key != null && !(link && value.matches("(tcp|udp|sctp)://.*"))) {
                    put(key, value, "environment " + name);
                } else if (!link) {
                    problems.add(Problem.error(
                            "environment", 0, name + ": unknown key" + NearestName.hint(name, keys.keySet())));
                }
            }
        });
        return this;
    }

    /**
     * Takes one flag.
     *
     * @param label as the user wrote it, {@code --http-port} or {@code --set}
     * @param name of the key
     */
    public SettingsLoader flag(String label, String name, String value) {
        Key<?> key = Keys.named(name);
        if (key == null) {
            problems.add(Problem.error(label, 0, name + ": unknown key" + NearestName.hint(name, Keys.names())));
        } else {
            put(key, value, label);
        }
        return this;
    }

    /** Takes routes of the command line, in place of the routes file. */
    public SettingsLoader routeLines(List<String> lines) {
        if (!lines.isEmpty()) {
            put(Keys.ROUTES_LINES, String.join("\n", lines), "--route");
        }
        return this;
    }

    private void put(Key<?> key, String text, String source) {
        String broken = values.put(key, text, workingDirectory, source, 0);
        if (!broken.isEmpty()) {
            problems.add(Problem.error(source, 0, key.name() + ": " + broken));
        }
    }

    /** The settings of all sources together. */
    public LoadedSettings load() {
        if (values.get(Keys.NODE_NAME).isEmpty()) {
            values.put(Keys.NODE_NAME, nodeName(), base, "defaults", 0);
        }
        if (values.get(Keys.ROUTES_FILE).isEmpty()) {
            values.put(Keys.ROUTES_FILE, "routes", file == null ? base.resolve("conf") : base, "defaults", 0);
        }
        new SettingsCheck(values, problems).check();
        return new LoadedSettings(values.settings(base), List.copyOf(problems), file);
    }

    /** Two nodes of one machine, and two containers with equal process ids, get different names. */
    private static String nodeName() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "node";
        }
        String safe = host.replaceAll("[^A-Za-z0-9._-]", "-");
        return (safe.length() > 48 ? safe.substring(0, 48) : safe) + "-"
                + ProcessHandle.current().pid();
    }
}
