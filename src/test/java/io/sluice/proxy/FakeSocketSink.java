package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.grip.Format;
import io.sluice.grip.SocketClose;
import io.sluice.netty.SocketSink;
import io.sluice.wire.EncodedItem;
import io.sluice.wire.SocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the frames that are sent, as {@code TYPE CONTENT}, with a {@code +} where more of the message is to come. */
final class FakeSocketSink implements SocketSink {
    final List<String> frames = new ArrayList<>();
    int shared;
    int flushed;
    boolean heard = true;
    boolean writable = true;
    long pendingBytes;
    boolean paused;
    boolean aborted;

    @Nullable
    SocketClose closed;

    private Runnable onWritable = () -> {};

    @Override
    public void send(EncodedItem item) {
        Format.WsMessage message = item.item().message();
        if (message == null || item.messageFrame() == null) {
            throw new AssertionError("an item without a message");
        }
        shared++;
        send(SocketFrame.whole(SocketFrame.Type.of(message.type()), message.content()));
    }

    @Override
    public void send(SocketFrame frame) {
        String shown = show(frame);
        if (!open()) {
            throw new AssertionError("sent after the end: " + shown);
        }
        frames.add(shown);
    }

    static String show(SocketFrame frame) {
        return (frame.type() + (frame.last() ? " " : "+ ") + new String(frame.content(), UTF_8)).strip();
    }

    @Override
    public void close(SocketClose close) {
        if (!open()) {
            throw new AssertionError("closed after the end: " + close);
        }
        flush();
        closed = close;
    }

    @Override
    public void abort() {
        aborted = true;
    }

    @Override
    public void flush() {
        flushed = frames.size();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public boolean takeHeard() {
        return heard;
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public long pendingBytes() {
        return pendingBytes;
    }

    @Override
    public void onWritable(Runnable handler) {
        onWritable = handler;
    }

    void block(long bytes) {
        writable = false;
        pendingBytes = bytes;
    }

    void unblock() {
        writable = true;
        pendingBytes = 0;
        onWritable.run();
    }

    boolean open() {
        return closed == null && !aborted;
    }

    /** What the client has got, and forgets it. */
    List<String> take() {
        var taken = List.copyOf(frames.subList(0, flushed));
        frames.subList(0, flushed).clear();
        flushed = 0;
        return taken;
    }
}
