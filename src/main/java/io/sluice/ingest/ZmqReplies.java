package io.sluice.ingest;

import io.sluice.grip.GripException;
import io.sluice.grip.Tnetstring;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/**
 * The command socket: reads requests, and sends the answers when they are there, each to its asker. So many may be under way; then the socket is left
 * alone. Belongs to the thread of the sockets; the answers come from anywhere.
 */
final class ZmqReplies {
    private static final Logger LOG = LoggerFactory.getLogger(ZmqReplies.class);
    private static final int MAX_UNDER_WAY = 100;
    /** Of the envelope: an identity, one more for each proxy on the way, and the empty part. */
    private static final int MAX_ENVELOPE_PARTS = 16;

    private static final int MAX_ENVELOPE_BYTES = 4096;

    private final ZMQ.Socket socket;
    private final Context context;
    private final ZmqCommands commands;
    private final int maxMessageBytes;
    private final Runnable wake;
    private final Stats stats;
    private final Complaints complaints = new Complaints(LOG, "zmq-command-refused");
    /** The parts of each; those before the last are the envelope that the request came in. */
    private final Queue<List<byte[]>> replies = new ConcurrentLinkedQueue<>();

    private int underWay;

    ZmqReplies(
            ZMQ.Socket socket, Context context, ZmqCommands commands, int maxMessageBytes, Runnable wake, Stats stats) {
        this.socket = socket;
        this.context = context;
        this.commands = commands;
        this.maxMessageBytes = maxMessageBytes;
        this.wake = wake;
        this.stats = stats;
    }

    ZMQ.Socket socket() {
        return socket;
    }

    boolean hasRoom() {
        return underWay < MAX_UNDER_WAY;
    }

    boolean done() {
        return underWay == 0;
    }

    void run() {
        reply();
        byte[] first;
        while (hasRoom() && (first = socket.recv(ZMQ.DONTWAIT)) != null) {
            read(first);
        }
    }

    /** Reads the rest of a message to its end, and keeps no more of it than may be kept. */
    private void read(byte[] first) {
        var envelope = new ArrayList<byte[]>();
        envelope.add(first);
        long envelopeBytes = first.length;
        byte[] body = null;
        boolean inBody = false;
        int bodies = 0;
        while (socket.hasReceiveMore()) {
            byte[] part = socket.recv();
            if (inBody) {
                body = ++bodies == 1 ? part : null;
                continue;
            }
            inBody = part.length == 0;
            envelopeBytes += part.length;
            if (envelope.size() <= MAX_ENVELOPE_PARTS && envelopeBytes <= MAX_ENVELOPE_BYTES) {
                envelope.add(part);
            }
        }
        if (body == null) {
            refuse("must be an empty part and one with the command");
        } else if (envelope.size() > MAX_ENVELOPE_PARTS || envelopeBytes > MAX_ENVELOPE_BYTES) {
            refuse("must have an envelope of at most " + MAX_ENVELOPE_PARTS + " parts and " + MAX_ENVELOPE_BYTES
                    + " bytes");
        } else {
            take(envelope, body);
        }
    }

    /** Sends the answers that are there. */
    void reply() {
        List<byte[]> parts;
        while ((parts = replies.poll()) != null) {
            underWay--;
            int last = parts.size() - 1;
            for (byte[] part : parts.subList(0, last)) {
                socket.sendMore(part);
            }
            socket.send(parts.get(last));
        }
    }

    private void take(List<byte[]> envelope, byte[] body) {
        underWay++;
        JsonObject request = new JsonObject();
        try {
            if (body.length > maxMessageBytes) {
                throw new GripException("must have at most " + maxMessageBytes + " bytes, has " + body.length);
            }
            request = Tnetstring.decodeMap(body);
            if (!(request.getValue("method") instanceof String method)) {
                throw new GripException("command without a 'method'");
            }
            JsonObject arguments = arguments(request);
            Object id = request.getMap().get("id");
            context.runOnContext(turn -> run(method, arguments)
                    .onComplete(result ->
                            answer(envelope, id, method, result.result(), result.succeeded() ? null : result.cause())));
        } catch (GripException bad) {
            refuse(envelope, request, bad.text());
        } catch (RuntimeException defect) {
            LOG.debug("zmq-command-unreadable", defect);
            refuse(envelope, request, "can't be read");
        }
    }

    private void refuse(List<byte[]> envelope, JsonObject request, String reason) {
        complaints.say(reason);
        answer(envelope, request.getMap().get("id"), "", null, new ZmqCommands.Failed("bad-request", reason));
    }

    private static JsonObject arguments(JsonObject request) throws GripException {
        Object given = request.getValue("args");
        if (given == null) {
            return new JsonObject();
        }
        if (given instanceof JsonObject arguments) {
            return arguments;
        }
        throw new GripException("'args' is not a map");
    }

    private Future<? extends @Nullable Object> run(String method, JsonObject arguments) {
        try {
            return commands.run(method, arguments);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void answer(
            List<byte[]> envelope,
            @Nullable Object id,
            String method,
            @Nullable Object value,
            @Nullable Throwable failure) {
        var reply = new LinkedHashMap<String, @Nullable Object>();
        if (id != null) {
            reply.put("id", id);
        }
        reply.put("success", failure == null);
        if (failure == null) {
            reply.put("value", value);
        } else if (failure instanceof ZmqCommands.Failed failed) {
            reply.put("condition", failed.condition());
            if (failed.text() != null) {
                reply.put("value", failed.text());
            }
            stats.count(Counter.COMMANDS_REFUSED);
            LOG.debug("zmq-command method={} condition={}", method, failed.condition());
        } else {
            reply.put("condition", "internal-error");
            stats.count(Counter.COMMANDS_REFUSED);
            LOG.warn("zmq-command-failed method={} reason=\"{}\"", method, failure.getMessage());
        }
        var parts = new ArrayList<>(envelope);
        parts.add(Tnetstring.encode(reply));
        replies.add(parts);
        wake.run();
    }

    private void refuse(String reason) {
        stats.count(Counter.COMMANDS_REFUSED);
        complaints.say(reason);
    }
}
