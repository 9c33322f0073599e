package io.sluice.grip;

/** What this proxy can do, told to origins in {@code Grip-Feature}. */
public final class Feature {
    public static final String NAME = "Grip-Feature";

    /** The whole value. */
    public static final String VALUE = "status, session, link:next, link:gone, filter:skip-self, filter:skip-users,"
            + " filter:require-sub, filter:build-id, filter:var-subst, filter:http-check, filter:http-modify";

    private Feature() {}
}
