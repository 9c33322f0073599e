package io.sluice.grip;

import java.util.Map;

/**
 * What filters look at.
 *
 * @param subscriptionMeta of the session, sticky across its instructions
 * @param publishMeta of the item; empty for response content
 * @param positions the session's channels by unprefixed name, each with its position, or an empty string for a channel
 *     without one; for a published item the item's own channel stands at the item's id already
 */
public record FilterContext(
        Map<String, String> subscriptionMeta, Map<String, String> publishMeta, Map<String, String> positions) {}
