package io.sluice.netty;

import io.vertx.core.http.HttpServerRequest;

/** Makes the sink for a response: raw where the start-up self-test found that raw writes work, else public API. */
public interface Sinks {
    /**
     * Takes over the response of the request. The head must have been written, without Content-Length.
     *
     * @return on HTTP/1.1 a sink that writes chunks; on 1.0 one that writes bare content; on HTTP/2 data frames
     */
    Sink take(HttpServerRequest request);
}
