package io.sluice.proxy;

/**
 * Whom a JSON-P response calls.
 *
 * @param name a checked JavaScript expression of names, dots and brackets
 * @param extended whether it gets status and headers besides the body
 */
record JsonpCallback(String name, boolean extended) {}
