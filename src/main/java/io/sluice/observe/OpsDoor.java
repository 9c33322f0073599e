package io.sluice.observe;

import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which calls the ops port hears at all. A browser on the operator's machine may be made to ask it: by a page whose own name was pointed at this
 * address (that page could read the answers), or by a page of another site. The first is told by its {@code Host}, the second by {@code Sec-Fetch-Site}.
 * Health checks may bring any name: they tell nothing that is worth it.
 */
final class OpsDoor {
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[.*|.*:.*");
    private static final String HEALTH = "/health/";
    private static final String API = "/api/";

    private final OpsRefusals refusals;
    private final Set<String> names = new HashSet<>();

    /** @param names that the port is asked by, besides addresses and localhost */
    OpsDoor(OpsRefusals refusals, Collection<String> names) {
        this.refusals = refusals;
        this.names.add("localhost");
        names.forEach(name -> this.names.add(plain(name)));
    }

    /** Answers, or passes on. */
    void admit(RoutingContext context) {
        context.response().putHeader("X-Content-Type-Options", "nosniff");
        HostAndPort authority = context.request().authority();
        String host = authority == null ? "" : plain(authority.host());
        String path = context.request().path();
        if (!path.startsWith(HEALTH) && !known(host)) {
            refusals.refuse(
                    context,
                    421,
                    "host",
                    "Not asked for here: the host '" + host
                            + "'. This port answers to addresses, localhost, ops.host and the names in ops.names.\n");
        } else if (path.startsWith(API) && "cross-site".equals(context.request().getHeader("Sec-Fetch-Site"))) {
            refusals.refuse(context, 403, "cross-site", "Not for pages of other sites (Sec-Fetch-Site).\n");
        } else {
            context.next();
        }
    }

    private boolean known(String host) {
        return names.contains(host) || ADDRESS.matcher(host).matches();
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
