package io.sluice.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.MemberAttributeConfig;
import io.sluice.bus.Addresses;
import io.sluice.config.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must be equal on all nodes of a cluster, as each of them tells the others in its member attributes: nodes that differ would lose
 * items, or misread each other.
 */
final class JoinTerms {
    private static final String PREFIX = "sluice.terms.";

    private final Map<String, String> terms = new LinkedHashMap<>();

    private JoinTerms() {}

    static JoinTerms of(Settings settings) {
        var made = new JoinTerms();
        made.terms.put("bus protocol", String.valueOf(Addresses.PROTOCOL));
        made.terms.put("routers", String.valueOf(Addresses.ROUTERS));
        made.terms.put("channels.log", settings.channels().log().toString());
        return made;
    }

    void tell(MemberAttributeConfig attributes) {
        terms.forEach((term, value) -> attributes.setAttribute(PREFIX + term.replace(' ', '-'), value));
    }

    /** The first term that the member has another value for, in words; null when there is none. */
    @Nullable
    String conflict(String self, Member member) {
        String other = member.getAttribute(HazelcastHomes.NODE_ATTRIBUTE);
        for (Map.Entry<String, String> term : terms.entrySet()) {
            String theirs = member.getAttribute(PREFIX + term.getKey().replace(' ', '-'));
            if (!term.getValue().equals(theirs)) {
                return term.getKey() + " is " + term.getValue() + " on node \"" + self + "\" and "
                        + (theirs == null ? "unknown" : theirs) + " on node \"" + other + "\", at "
                        + address(member) + ": it must be equal on all nodes of a cluster";
            }
        }
        return null;
    }

    static String address(Member member) {
        return member.getAddress().getHost() + ":" + member.getAddress().getPort();
    }
}
