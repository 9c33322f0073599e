package io.sluice.origin;

import io.sluice.config.Target;
import io.sluice.netty.SocketListener;
import io.sluice.netty.SocketTerms;
import io.vertx.core.Future;

/** WebSockets to origins that speak it, from one event loop. Each has a connection of its own. */
public interface OriginSockets {
    /**
     * Opens one.
     *
     * @param request the client's, whose headers go out as those of any request do
     * @param listener hears the origin once it is open
     * @return fails with {@link OriginException}, or with {@link SocketRejected} when the origin answered otherwise
     */
    Future<OpenedSocket> open(
            OriginRequest request,
            Target target,
            SocketTerms terms,
            SocketListener listener,
            Cancellation cancellation);
}
