package io.sluice.ingest;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/** Makes ZeroMQ sockets with their bounds, and has them listen or connect. Belongs to the thread of the sockets. */
final class ZmqSockets {
    private static final Logger LOG = LoggerFactory.getLogger(ZmqSockets.class);
    /** Messages of one publisher waiting in memory: beyond it its own ZeroMQ holds them, and then it has to wait. */
    private static final int MOST_WAITING = 1000;

    private static final int FEWEST_WAITING = 10;
    /** Fewer messages may wait where they may be so large that they came to more than this. */
    private static final int WAITING_BYTES = 64 << 20;
    /** A message that is so many times too large is not even read: its connection is cut. */
    private static final int CUT_FACTOR = 2;
    /** The answers to commands get this time when the node ends. */
    private static final int LINGER_MILLIS = 1000;

    /** A connect of JeroMQ's stalls now and then; it begins anew after this time. */
    private static final int HANDSHAKE_MILLIS = 2000;

    private static final int KEEP_ALIVE_IDLE_SECONDS = 30;
    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 5;
    private static final int KEEP_ALIVE_COUNT = 6;
    private static final long RETRY_MILLIS = 5000;

    private record Unconnected(ZMQ.Socket socket, String spec, long dueMillis) {}

    private final ZContext zmq;
    private final int maxMessageBytes;
    /** Whose names could not be looked up, the next due first. */
    private final ArrayDeque<Unconnected> unconnected = new ArrayDeque<>();

    ZmqSockets(ZContext zmq, int maxMessageBytes) {
        this.zmq = zmq;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** Messages of one publisher that may wait in memory. */
    static int waiting(int maxMessageBytes) {
        return Math.max(FEWEST_WAITING, Math.min(MOST_WAITING, WAITING_BYTES / maxMessageBytes));
    }

    ZMQ.Socket create(SocketType type, List<String> specs) {
        ZMQ.Socket socket = zmq.createSocket(type);
        socket.setRcvHWM(waiting(maxMessageBytes));
        socket.setMaxMsgSize((long) maxMessageBytes * CUT_FACTOR);
        // Large messages would be taken from direct memory, which is for the clients' connections.
        socket.setMsgAllocationHeapThreshold(0);
        socket.setIPv6(specs.stream().anyMatch(spec -> spec.contains("[")));
        if (type == SocketType.SUB) {
            // What it subscribes to are messages too, and those beyond the mark would be dropped.
            socket.setSndHWM(0);
        } else if (type == SocketType.ROUTER) {
            socket.setLinger(LINGER_MILLIS);
        }
        return socket;
    }

    /** @throws IOException naming the setting and the spec that can't be had */
    void bind(ZMQ.Socket socket, String setting, List<String> specs) throws IOException {
        for (String spec : specs) {
            try {
                socket.bind(spec);
            } catch (ZMQException e) {
                throw refused(setting, spec, ZError.toString(e.getErrorCode()), e);
            } catch (IllegalArgumentException e) {
                throw refused(setting, spec, "no address to listen at", e);
            }
            LOG.info("zmq-listening setting={} spec={}", setting, spec);
        }
    }

    private static IOException refused(String setting, String spec, String reason, Exception cause) {
        return new IOException(setting + ": " + spec + ": " + reason, cause);
    }

    /** Connects now, or later to those whose names can't be looked up at the moment. */
    void connect(ZMQ.Socket socket, List<String> specs, long nowMillis) {
        socket.setHandshakeIvl(HANDSHAKE_MILLIS);
        socket.setTCPKeepAlive(1);
        socket.setTCPKeepAliveIdle(KEEP_ALIVE_IDLE_SECONDS);
        socket.setTCPKeepAliveCount(KEEP_ALIVE_COUNT);
        socket.setTCPKeepAliveInterval(KEEP_ALIVE_INTERVAL_SECONDS);
        for (String spec : specs) {
            connect(socket, spec, nowMillis);
        }
    }

    private void connect(ZMQ.Socket socket, String spec, long nowMillis) {
        try {
            socket.connect(spec);
            LOG.info("zmq-connecting setting=zmq.sub spec={}", spec);
        } catch (ZMQException | IllegalArgumentException e) {
            LOG.warn("zmq-connect-failed setting=zmq.sub spec={} reason=\"{}\"", spec, e.getMessage());
            unconnected.add(new Unconnected(socket, spec, nowMillis + RETRY_MILLIS));
        }
    }

    /** Connects what is due. */
    void retry(long nowMillis) {
        for (int count = unconnected.size(); count > 0 && unconnected.element().dueMillis() <= nowMillis; count--) {
            Unconnected due = unconnected.remove();
            connect(due.socket(), due.spec(), nowMillis);
        }
    }

    /** Milliseconds until {@link #retry} has something to do; -1 when nothing is left to do. */
    long nextMillis(long nowMillis) {
        Unconnected next = unconnected.peek();
        return next == null ? -1 : Math.max(1, next.dueMillis() - nowMillis);
    }
}
