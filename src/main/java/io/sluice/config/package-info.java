/**
 * Settings as records with defaults, units and ranges; their loader (YAML, environment, flags, Pushpin's file); the routes file.
 *
 * <p>Threads: values are immutable; loading may block, so never on an event loop.
 *
 * <p>May use: {@code grip}.
 */
@NullMarked
package io.sluice.config;

import org.jspecify.annotations.NullMarked;
