package io.sluice.config;

import io.sluice.grip.ClientPolicy;
import io.sluice.grip.SigningKey;
import org.jspecify.annotations.Nullable;

/**
 * How a route knows its clients, so that each has one connection, or a few (GRIP, one connection per client).
 *
 * @param place of the id, or of the token that has it
 * @param token null when the place has the id itself
 * @param policy where the origin names none
 */
public record ClientRule(Place place, @Nullable Token token, ClientPolicy policy) {
    /** Of a request. */
    public enum Part {
        HEADER,
        COOKIE,
        QUERY,
    }

    public record Place(Part part, String name) {}

    /**
     * A JSON web token.
     *
     * @param claim with the id
     * @param key that must have signed it
     */
    public record Token(String claim, SigningKey key) {}
}
