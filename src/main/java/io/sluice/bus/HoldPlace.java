package io.sluice.bus;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the hold of an id lives: ids name the node and the event loop, so that not all have to be asked. Immutable; any thread.
 *
 * @param loop the number of the event loop
 */
public record HoldPlace(Predicate<String> node, int loop) {
    /** {@code NODE-LOOP-COUNT}, as requests are named. */
    private static final Pattern NAMED = Pattern.compile("(.+)-([0-9]{1,4})-[0-9a-z]+");

    /** Null when nothing of this version has such an id. */
    public static @Nullable HoldPlace of(String id) {
        ConnectionId socket = ConnectionId.parse(id);
        if (socket != null) {
            return new HoldPlace(socket::mayBeOf, socket.loop());
        }
        Matcher named = NAMED.matcher(id);
        return named.matches() ? new HoldPlace(named.group(1)::equals, Integer.parseInt(named.group(2))) : null;
    }
}
