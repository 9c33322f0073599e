package io.sluice.edge;

import io.vertx.core.http.HttpServerOptions;

/** Has the kernel find clients that are not there any more. */
final class DeadPeers {
    private DeadPeers() {}

    /**
     * A connection is given up when the client has acknowledged nothing for so long: of what it was sent, or of probes when it was sent nothing.
     *
     * @param seconds 0 leaves it to the system
     */
    static void giveUpAfter(int seconds, HttpServerOptions options) {
        if (seconds == 0) {
            return;
        }
        // What is probed is idle for half the time, and then has two probes to answer, or as many as there are seconds.
        int idle = Math.max(1, seconds / 2);
        int interval = Math.max(1, (seconds - idle) / 2);
        options.setTcpUserTimeout(seconds * 1000);
        options.setTcpKeepAliveIdleSeconds(idle);
        options.setTcpKeepAliveIntervalSeconds(interval);
        options.setTcpKeepAliveCount(Math.max(1, (seconds - idle) / interval));
    }
}
