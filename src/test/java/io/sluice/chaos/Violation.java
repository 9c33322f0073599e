package io.sluice.chaos;

import java.util.List;

/**
 * A broken promise.
 *
 * @param channel or client id, for {@link Rule#SINGLE_CLAIM}
 * @param ids items concerned
 * @param lives connections concerned
 */
record Violation(Rule rule, String channel, String text, List<String> ids, List<String> lives) {
    @Override
    public String toString() {
        return rule + " on " + channel + ": " + text;
    }
}
