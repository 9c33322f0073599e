package io.sluice.grip;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The filters that work on published items (GRIP, filters). */
enum MessageFilter {
    SKIP_SELF("skip-self", false),
    SKIP_USERS("skip-users", false),
    REQUIRE_SUB("require-sub", false),
    BUILD_ID("build-id", true),
    VAR_SUBST("var-subst", true),
    HTTP_CHECK("http-check", false),
    HTTP_MODIFY("http-modify", true);

    final String label;

    /** Whether it may change the content. */
    final boolean changesContent;

    /** The outcome when it keeps an item from a subscriber: the same for every item. */
    @SuppressWarnings("ImmutableEnumChecker") // a record of a string
    final FilterOutcome.Drop drop;

    MessageFilter(String label, boolean changesContent) {
        this.label = label;
        this.changesContent = changesContent;
        this.drop = new FilterOutcome.Drop(label);
    }

    /** Null for a name that is no filter's: it has no effect. */
    static @Nullable MessageFilter named(String name) {
        for (MessageFilter filter : values()) {
            if (filter.label.equals(name)) {
                return filter;
            }
        }
        return null;
    }

    /** Whether it keeps the item from the subscriber, as far as can be said without asking the origin. */
    boolean drops(FilterContext context) {
        return switch (this) {
            case SKIP_SELF -> skipsSelf(context.subscriptionMeta(), context.publishMeta());
            case SKIP_USERS ->
                skipsUser(
                        context.subscriptionMeta().get("user"),
                        context.publishMeta().get("skip_users"));
            case REQUIRE_SUB -> lacks(context.publishMeta().get("require_sub"), context.positions());
            case BUILD_ID, VAR_SUBST, HTTP_CHECK, HTTP_MODIFY -> false;
        };
    }

    private static boolean skipsSelf(Map<String, String> subscription, Map<String, String> publish) {
        String user = subscription.get("user");
        return user != null && !user.isEmpty() && user.equals(publish.get("sender"));
    }

    /** Looks for the user among names between commas, without making strings of them. */
    private static boolean skipsUser(@Nullable String user, @Nullable String names) {
        if (user == null || user.isEmpty() || names == null) {
            return false;
        }
        int start = 0;
        while (start <= names.length()) {
            int comma = names.indexOf(',', start);
            int end = comma < 0 ? names.length() : comma;
            int from = start;
            int to = end;
            while (from < to && names.charAt(from) <= ' ') {
                from++;
            }
            while (to > from && names.charAt(to - 1) <= ' ') {
                to--;
            }
            if (to - from == user.length() && names.startsWith(user, from)) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    private static boolean lacks(@Nullable String channel, Map<String, String> channels) {
        return channel != null && !channel.isEmpty() && !channels.containsKey(channel);
    }
}
