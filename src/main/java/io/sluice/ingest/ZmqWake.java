package io.sluice.ingest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the wait of the thread that polls ZeroMQ sockets. Any thread may {@link #run}. */
final class ZmqWake implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZmqWake.class);

    private final Pipe pipe;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final ByteBuffer heard = ByteBuffer.allocate(64);

    ZmqWake() throws IOException {
        pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
    }

    SelectableChannel source() {
        return pipe.source();
    }

    @Override
    public void run() {
        if (woken.compareAndSet(false, true)) {
            try {
                pipe.sink().write(ByteBuffer.wrap(new byte[1]));
            } catch (IOException e) {
                LOG.debug("zmq-wake-late", e); // the thread has ended
            }
        }
    }

    /** What is noted before a {@link #run} after this is seen by the polling thread after its next wait. */
    void clear() throws IOException {
        heard.clear();
        while (pipe.source().read(heard) > 0) {
            heard.clear();
        }
        woken.set(false);
    }

    @Override
    public void close() throws IOException {
        pipe.sink().close();
        pipe.source().close();
    }
}
