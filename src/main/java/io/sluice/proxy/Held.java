package io.sluice.proxy;

import io.sluice.bus.ConnectionReport;

/** A hold as its operator sees it. Event loop only. */
interface Held {
    /** Whose it is. */
    SessionClient client();

    ConnectionReport.Kind kind();

    SessionChannels channels();

    /** What it has lost, and what waits for it. */
    DropLog drops();

    /** The connection is to end, and its client to be told why if it can be. */
    void disconnect(Disconnect why);
}
