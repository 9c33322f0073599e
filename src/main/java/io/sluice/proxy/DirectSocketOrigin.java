package io.sluice.proxy;

import io.sluice.grip.SocketClose;
import io.sluice.netty.SocketListener;
import io.sluice.netty.SocketSink;
import io.sluice.wire.SocketFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An origin with a WebSocket of its own (GRIP over WebSocket): frames pass both ways as they are, each side no faster than the other
 * takes them. Event loop of the connection.
 */
final class DirectSocketOrigin implements SocketOrigin, SocketListener {
    /** From the origin, for when the session is ready for them. */
    private final ArrayDeque<SocketFrame> waiting = new ArrayDeque<>(0);

    private @Nullable SocketSink sink;
    private @Nullable OriginListener session;
    /** The session deals with frames. */
    private boolean busy;

    private boolean originPaused;
    private boolean clientPaused;
    /** Nothing goes to the origin any more. */
    private boolean over;

    private @Nullable SocketClose closed;
    private @Nullable String failure;
    private boolean lost;
    /** The session has heard of the end. */
    private boolean told;

    /** The handshake is over. */
    void opened(SocketSink out) {
        sink = out;
        out.onWritable(() -> pauseClient(false));
    }

    @Override
    public void start(OriginListener listener) {
        session = listener;
        busy = true;
        listener.fromOrigin(List.of(), this::taken);
    }

    // From the origin.

    @Override
    public void frame(SocketFrame frame) {
        waiting.add(frame);
        next();
    }

    @Override
    public void closed(SocketClose close) {
        closed = close;
        next();
    }

    @Override
    public void violated(SocketClose close) {
        failure = "the origin's WebSocket: " + close.reason();
        over = true;
        next();
    }

    @Override
    public void gone() {
        lost = true;
        over = true;
        next();
    }

    @Override
    public void nodeClosing() {}

    /** Gives the session all frames that wait, and then the end if there is one. */
    private void next() {
        OriginListener listener = session;
        if (told) {
            waiting.clear();
        } else if (listener == null || busy) {
            pauseOrigin(listener == null || !waiting.isEmpty());
        } else if (!waiting.isEmpty()) {
            List<SocketFrame> frames = new ArrayList<>(waiting);
            waiting.clear();
            busy = true;
            listener.fromOrigin(frames, this::taken);
        } else if (closed != null) {
            told = true;
            listener.closedByOrigin(closed);
        } else if (failure != null) {
            told = true;
            listener.originFailed(failure);
        } else if (lost) {
            told = true;
            listener.cutByOrigin();
        } else {
            pauseOrigin(!listener.takesMore());
        }
    }

    private void taken() {
        busy = false;
        next();
    }

    private void pauseOrigin(boolean pause) {
        SocketSink out = sink;
        if (pause != originPaused && out != null) {
            originPaused = pause;
            if (pause) {
                out.pause();
            } else {
                out.resume();
            }
        }
    }

    // From the client.

    @Override
    public void send(SocketFrame frame) {
        SocketSink out = sink;
        if (out != null && !over) {
            out.send(frame);
            out.flush();
            pauseClient(!out.writable());
        }
    }

    private void pauseClient(boolean pause) {
        if (pause != clientPaused && session != null) {
            clientPaused = pause;
            session.pauseClient(pause);
        }
    }

    @Override
    public void close(SocketClose close) {
        if (!over && sink != null) {
            over = true;
            sink.close(close);
        }
    }

    @Override
    public void clientGone() {
        if (sink != null && !over) {
            over = true;
            sink.abort();
        }
    }

    @Override
    public void detach() {
        told = true;
        waiting.clear();
        pauseClient(false);
        pauseOrigin(false);
        close(SocketClose.PLAIN);
    }

    @Override
    public void clientWritable() {
        next();
    }

    @Override
    public void refresh() {
        // There is nothing to ask: an origin that has a connection says what it has to say.
    }

    @Override
    public boolean recovers() {
        return false;
    }

    @Override
    public boolean recover() {
        return false;
    }
}
