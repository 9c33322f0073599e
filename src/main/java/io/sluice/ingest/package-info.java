/**
 * Publish ingestion: the control HTTP API and the public bus address.
 *
 * <p>Threads: one verticle instance per event loop.
 *
 * <p>May use: all lower rooms; none of {@code edge}, {@code proxy}, {@code router}, {@code observe}.
 */
@NullMarked
package io.sluice.ingest;

import org.jspecify.annotations.NullMarked;
