package io.sluice.config;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Routes by host, the most specific first, so that the first match is the best whatever the order of the lines. */
final class RouteIndex implements RouteTable {
    private static final Comparator<Route> MOST_SPECIFIC_FIRST = comparing((Route route) -> route.protocol() == null)
            .thenComparing(route -> -route.pathBegin().length())
            .thenComparing(route -> route.tls() == null)
            // Beyond this point two rules of one host cannot both match; the order only has to be total.
            .thenComparing(Route::pathBegin)
            .thenComparing(Route::line);

    private final Map<String, List<Route>> byHost = new HashMap<>();
    private final Map<String, Route> byId = new HashMap<>();
    private final int size;

    /** @param routes without duplicate conditions; an id that stands twice finds none */
    RouteIndex(List<Route> routes) {
        Set<String> ambiguous = new HashSet<>();
        for (Route route : routes) {
            if (!route.host().isEmpty()) {
                byHost.computeIfAbsent(key(route.host()), host -> new ArrayList<>())
                        .add(route);
            }
            if (route.explicitId() && byId.put(route.id(), route) != null) {
                ambiguous.add(route.id());
            }
        }
        byHost.values().forEach(list -> list.sort(MOST_SPECIFIC_FIRST));
        byId.keySet().removeAll(ambiguous);
        size = routes.size();
    }

    @Override
    public @Nullable Route select(String host, String path, boolean tls, Route.Protocol protocol) {
        List<Route> rules = byHost.get(key(host));
        if (rules == null || host.equals("*")) {
            rules = byHost.getOrDefault("*", List.of());
        }
        for (Route rule : rules) {
            if ((rule.protocol() == null || rule.protocol() == protocol)
                    && (rule.tls() == null || rule.tls() == tls)
                    && path.startsWith(rule.pathBegin())) {
                return rule;
            }
        }
        return null;
    }

    @Override
    public @Nullable Route byId(String id, String path) {
        Route route = byId.get(id);
        return route != null && path.startsWith(route.pathBegin()) ? route : null;
    }

    @Override
    public int size() {
        return size;
    }

    /** Hosts compare without case, and an IPv6 address with or without its brackets. */
    static String key(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return bare.toLowerCase(Locale.ROOT);
    }
}
