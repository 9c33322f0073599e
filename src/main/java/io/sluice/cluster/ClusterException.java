package io.sluice.cluster;

import org.jspecify.annotations.Nullable;

/** This process can't be a member of the cluster as configured. The message is for the user. */
public final class ClusterException extends RuntimeException {
    ClusterException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
