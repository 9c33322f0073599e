package io.sluice.grip;

/** What a published format asks for. */
public enum Action {
    SEND,
    HINT,
    CLOSE,
    REFRESH,
}
