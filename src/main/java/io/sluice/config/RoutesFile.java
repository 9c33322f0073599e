package io.sluice.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads routes in Pushpin's grammar (GRIP, routes file). A line that is wrong is reported and skipped; the others stand.
 *
 * <p>Threads: any; reads the files that lines name ({@code client_cert}), so not on an event loop.
 */
public final class RoutesFile {
    private final String source;
    private final Path base;
    private final List<Route> routes = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<List<Object>> conditions = new HashSet<>();
    private final Set<String> ids = new HashSet<>();

    private RoutesFile(String source, Path base) {
        this.source = source;
        this.base = base;
    }

    /** What was read. */
    public record Parsed(List<Route> routes, List<Problem> problems) {
        /** The routes to select from. */
        public RouteTable table() {
            return new RouteIndex(routes);
        }
    }

    /**
     * Reads the text of a routes file.
     *
     * @param source names the text in problems
     * @param base directory that file names in the text are relative to
     */
    public static Parsed parse(String source, Path base, String text) {
        var file = new RoutesFile(source, base);
        // Only these ends: a lone CR stays in its line, where it is refused.
        String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            file.add(i == 0 && lines[i].startsWith("\uFEFF") ? lines[i].substring(1) : lines[i], i + 1);
        }
        return file.parsed();
    }

    /** Reads lines given one by one, as with {@code --route}; the first is line 1. File names are relative to the working directory. */
    public static Parsed parseLines(String source, List<String> lines) {
        var file = new RoutesFile(source, Path.of("").toAbsolutePath());
        for (int i = 0; i < lines.size(); i++) {
            file.add(lines.get(i), i + 1);
        }
        return file.parsed();
    }

    private Parsed parsed() {
        return new Parsed(List.copyOf(routes), List.copyOf(problems));
    }

    private void add(String line, int number) {
        var reader = new RouteReader(base, number);
        Route route;
        try {
            List<RouteSection> sections = RouteSection.split(line);
            if (sections.isEmpty()) {
                return;
            }
            route = reader.read(sections);
            if (!route.host().isEmpty() && !conditions.add(condition(route))) {
                throw new BadRoute("skipping duplicate condition");
            }
        } catch (BadRoute e) {
            problems.add(Problem.error(source, number, e.reason()));
            return;
        }
        reader.warnings().forEach(text -> problems.add(Problem.warning(source, number, text)));
        if (route.explicitId() && !ids.add(route.id())) {
            problems.add(Problem.warning(
                    source, number, "duplicate id '" + route.id() + "': it finds no route any more, hosts still do"));
        }
        routes.add(route);
    }

    private static List<Object> condition(Route route) {
        return List.of(
                RouteIndex.key(route.host()),
                String.valueOf(route.protocol()),
                String.valueOf(route.tls()),
                route.pathBegin());
    }
}
