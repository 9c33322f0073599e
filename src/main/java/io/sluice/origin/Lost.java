package io.sluice.origin;

import io.vertx.core.http.HttpClosedException;
import java.io.IOException;

/** Tells a lost connection from an answer that is not HTTP. */
final class Lost {
    private Lost() {}

    static boolean is(Throwable cause) {
        if (cause.getCause() instanceof IOException) {
            return true; // TLS that breaks arrives in the decoder's wrapping
        }
        // The latter is Netty's word for a connection that closed within a response's head.
        return silently(cause) || cause.getClass().getSimpleName().equals("PrematureChannelClosureException");
    }

    /** Lost without any byte of a response. */
    static boolean silently(Throwable cause) {
        return cause instanceof HttpClosedException || cause instanceof IOException;
    }
}
