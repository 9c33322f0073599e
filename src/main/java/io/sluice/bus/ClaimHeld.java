package io.sluice.bus;

/** @param there whether the connection had the claim when it was asked for */
public record ClaimHeld(boolean there) {}
