package io.sluice.channel;

/** Kinds of subscription. Each takes one format of a publish item. */
public enum Mode {
    RESPONSE,
    STREAM,
    SOCKET,
}
