/**
 * Publish ingestion: the control HTTP API, ZeroMQ, and the public bus address.
 *
 * <p>Threads: an instance of the verticle belongs to one event loop; several may share the port.
 * ZeroMQ sockets belong to a thread of their own, which is the only one to touch them.
 *
 * <p>May use: all lower rooms; none of {@code edge}, {@code proxy}, {@code router}, {@code observe}.
 */
@NullMarked
package io.sluice.ingest;

import org.jspecify.annotations.NullMarked;
