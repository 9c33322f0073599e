package io.sluice.proxy;

import io.sluice.bus.ConnectionReport;

/** The session whose client has an outbox. Event loop only. */
interface OutboxOwner {
    /** Whom it is for. */
    SessionClient client();

    ConnectionReport.Kind kind();

    SessionChannels channels();

    /** Its losses. */
    DropLog drops();

    /** The socket takes bytes again, and nothing waits. */
    void writable();

    /** The connection is to end, and its client to be told why if it can be. */
    void disconnect(Disconnect why);
}
