package io.sluice.netty;

import io.vertx.core.http.HttpServerRequest;

/** Makes the sink for a response: raw where the start-up self-test found that raw writes work, else public API. */
public interface Sinks {
    /**
     * Takes over the response of the request. Writes its head unless that has been written before; best leave it to this
     * method, which knows that 1.0 has no chunks and ends with the connection. The head must not have a Content-Length.
     *
     * <p>On the event loop of the connection, whose server must run in strict thread mode. A response without a body (HEAD, 204, 304) gets a sink that
     * swallows content.
     *
     * @return on HTTP/1.1 a sink that writes chunks; on 1.0 one that writes bare content; on HTTP/2 data frames
     */
    default Sink take(HttpServerRequest request) {
        return take(request, new byte[0]);
    }

    /**
     * As {@link #take(HttpServerRequest)}.
     *
     * @param begin what there is of the body: leaves with the head, in one piece where the protocol lets it, or else with the sink's first
     *     flush
     */
    Sink take(HttpServerRequest request, byte[] begin);
}
