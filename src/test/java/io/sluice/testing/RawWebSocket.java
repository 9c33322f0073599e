package io.sluice.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One end of a WebSocket on a raw socket, blocking, every bit the test's: as client by {@link RawUpgrade}, as server by
 * {@link #accept}. Nothing is answered on its own, no ping and no close. A read waits at most {@value #PATIENCE_MILLIS} ms and then
 * throws. Not for several threads at once, but one may read while another sends.
 */
public final class RawWebSocket implements AutoCloseable {
    static final int PATIENCE_MILLIS = 20_000;

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** The code of a close frame that has none. */
    public static final int NO_CODE = 1005;

    /**
     * A frame, unmasked.
     *
     * @param rsv the three reserved bits as a number, 4 is RSV1
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes of a test
    public record Frame(boolean fin, int rsv, int opcode, byte[] payload) {
        public static Frame of(int opcode, byte[] payload) {
            return new Frame(true, 0, opcode, payload);
        }

        public static Frame of(int opcode, String text) {
            return of(opcode, text.getBytes(StandardCharsets.UTF_8));
        }

        /** A close frame; {@link #NO_CODE} makes an empty one. */
        public static Frame close(int code, String reason) {
            byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            return code == NO_CODE
                    ? of(CLOSE, text)
                    : of(
                            CLOSE,
                            ByteBuffer.allocate(2 + text.length)
                                    .putShort((short) code)
                                    .put(text)
                                    .array());
        }

        /** The same, and more frames of the message follow. */
        public Frame unfinished() {
            return new Frame(false, rsv, opcode, payload);
        }

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** Of a close frame. */
        public int code() {
            return payload.length < 2
                    ? NO_CODE
                    : Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort());
        }

        /** Of a close frame. */
        public String reason() {
            return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            String bytes = payload.length > 100 ? payload.length + " bytes" : '"' + text() + '"';
            return "Frame[opcode=" + opcode + (fin ? "" : ", unfinished") + (rsv == 0 ? "" : ", rsv=" + rsv) + ", "
                    + bytes + "]";
        }
    }

    /** The answer to an upgrade request, with its body when it is no 101. */
    @SuppressWarnings("ArrayRecordComponent") // bytes of a test
    public record Response(int status, String head, byte[] body) {
        /** The first of that name; null when there is none. */
        public @Nullable String header(String name) {
            return RawConnection.header(head, name);
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return head + "\n" + text();
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final boolean client;
    private final String key;

    private RawWebSocket(Socket socket, InputStream in, boolean client, String key) {
        this.socket = socket;
        this.in = in;
        this.client = client;
        this.key = key;
    }

    static RawWebSocket connect(int port, RawUpgrade upgrade) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new RawWebSocket(socket, new BufferedInputStream(socket.getInputStream()), true, upgrade.key())
                .raw(upgrade.bytes());
    }

    /**
     * The server's end: answers 101 to a request whose head has been read.
     *
     * @param in where the head came from, with whatever it has read ahead
     * @param key of the request
     * @param headers more header lines of the answer
     */
    public static RawWebSocket accept(Socket socket, InputStream in, String key, String... headers) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        var head =
                new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
        head.append("Sec-WebSocket-Accept: ").append(acceptance(key)).append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return new RawWebSocket(socket, in, false, key).raw(latin1(head.append("\r\n")));
    }

    /** {@code Sec-WebSocket-Accept} to that key (RFC 6455, 4.2.2). */
    public static String acceptance(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1").digest(latin1(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
            return Base64.getEncoder().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] latin1(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    public Socket socket() {
        return socket;
    }

    /** The answer to the upgrade request. A 101 must be to our key; other answers are read to the end of their body. */
    public Response readResponse() throws IOException {
        var text = new StringBuilder();
        while (text.length() < 4 || text.indexOf("\r\n\r\n", text.length() - 4) < 0) {
            text.append((char) read());
        }
        String head = text.substring(0, text.length() - 2);
        if (!head.matches("(?s)HTTP/1\\.[01] \\d{3}[ \r].*")) {
            throw new IOException("not a response: " + head);
        }
        int status = Integer.parseInt(head.substring(9, 12));
        if (status != 101) {
            return new Response(status, head, body(head));
        }
        String accept = RawConnection.header(head, "Sec-WebSocket-Accept");
        if (!acceptance(key).equals(accept)) {
            throw new AssertionError("not the Sec-WebSocket-Accept for " + key + ": " + head);
        }
        return new Response(status, head, new byte[0]);
    }

    private byte[] body(String head) throws IOException {
        String length = RawConnection.header(head, "Content-Length");
        String coding = RawConnection.header(head, "Transfer-Encoding");
        if (coding == null) {
            return length == null ? in.readAllBytes() : read(Integer.parseInt(length));
        }
        if (length != null || !coding.toLowerCase(Locale.ROOT).equals("chunked")) {
            throw new IOException("ambiguous framing: " + head);
        }
        var body = new ByteArrayOutputStream();
        for (int size = chunk(); size > 0; size = chunk()) {
            body.writeBytes(read(size));
            line();
        }
        while (!line().isEmpty()) {
            // trailers
        }
        return body.toByteArray();
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line().split(";", 2)[0].strip(), 16);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int b = read(); b != '\n'; b = read()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    private int read() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("the peer has closed");
        }
        return b;
    }

    private byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    /** Any bytes, no frame around. */
    public RawWebSocket raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Masked as the side of this end demands. */
    public RawWebSocket send(Frame frame) throws IOException {
        return raw(encode(frame, client));
    }

    /** Masked as the side of this end forbids. */
    public RawWebSocket sendWronglyMasked(Frame frame) throws IOException {
        return raw(encode(frame, !client));
    }

    public RawWebSocket text(String text) throws IOException {
        return send(Frame.of(TEXT, text));
    }

    /** A text in as many frames as there are parts. */
    public RawWebSocket fragments(String... parts) throws IOException {
        for (int i = 0; i < parts.length; i++) {
            send(new Frame(
                    i == parts.length - 1, 0, i == 0 ? TEXT : CONTINUATION, parts[i].getBytes(StandardCharsets.UTF_8)));
        }
        return this;
    }

    public RawWebSocket binary(byte... bytes) throws IOException {
        return send(Frame.of(BINARY, bytes));
    }

    public RawWebSocket ping(String payload) throws IOException {
        return send(Frame.of(PING, payload));
    }

    public RawWebSocket pong(String payload) throws IOException {
        return send(Frame.of(PONG, payload));
    }

    /** A close frame; {@link #NO_CODE} makes an empty one. The connection stays. */
    public RawWebSocket close(int code, String reason) throws IOException {
        return send(Frame.close(code, reason));
    }

    /** With the shortest length; masked or not. */
    public static byte[] encode(Frame frame, boolean masked) {
        int length = frame.payload().length;
        return encode(frame, masked, length < 126 ? 0 : length < 65536 ? 2 : 8, length);
    }

    /**
     * A frame that may be wrong.
     *
     * @param lengthBytes how the length is written: 0, 2 or 8 bytes behind the first two
     * @param length the length that it pretends
     */
    public static byte[] encode(Frame frame, boolean masked, int lengthBytes, long length) {
        byte[] payload = frame.payload();
        ByteBuffer bytes = ByteBuffer.allocate(14 + payload.length);
        bytes.put((byte) ((frame.fin() ? 0x80 : 0) | frame.rsv() << 4 | frame.opcode()));
        int mask = masked ? 0x80 : 0;
        switch (lengthBytes) {
            case 0 -> bytes.put((byte) (mask | length));
            case 2 -> bytes.put((byte) (mask | 126)).putShort((short) length);
            case 8 -> bytes.put((byte) (mask | 127)).putLong(length);
            default -> throw new IllegalArgumentException("0, 2 or 8, not " + lengthBytes);
        }
        byte[] key = new byte[4];
        if (masked) {
            ThreadLocalRandom.current().nextBytes(key);
            bytes.put(key);
        }
        for (int i = 0; i < payload.length; i++) {
            bytes.put((byte) (payload[i] ^ key[i % 4]));
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** The next frame as it comes. What the server masks is refused, and what the client does not mask. */
    public Frame readFrame() throws IOException {
        int first = read();
        int second = read();
        if (second >= 0x80 == client) {
            throw new AssertionError(client ? "masked by the server" : "not masked by the client");
        }
        long length = second & 0x7f;
        if (length == 126) {
            length = Short.toUnsignedInt(ByteBuffer.wrap(read(2)).getShort());
        } else if (length == 127) {
            length = ByteBuffer.wrap(read(8)).getLong();
        }
        byte[] key = client ? new byte[4] : read(4);
        byte[] payload = read(Math.toIntExact(length));
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= key[i % 4];
        }
        return new Frame(first >= 0x80, first >> 4 & 7, first & 15, payload);
    }

    /** The next message with its fragments joined; a control frame is a message of its own, and must not be between fragments. */
    public Frame readMessage() throws IOException {
        Frame first = readFrame();
        var payload = new ByteArrayOutputStream();
        payload.writeBytes(first.payload());
        for (Frame frame = first; !frame.fin(); ) {
            frame = readFrame();
            if (frame.opcode() != CONTINUATION) {
                throw new AssertionError("between fragments: " + frame);
            }
            payload.writeBytes(frame.payload());
        }
        return new Frame(true, first.rsv(), first.opcode(), payload.toByteArray());
    }

    /** The next message must be a text. */
    public String readText() throws IOException {
        return expect(readMessage(), TEXT).text();
    }

    /** The next message must be binary. */
    public byte[] readBinary() throws IOException {
        return expect(readMessage(), BINARY).payload();
    }

    /** The next frame must be of that kind. */
    public Frame expect(int opcode) throws IOException {
        return expect(readFrame(), opcode);
    }

    private static Frame expect(Frame frame, int opcode) {
        if (frame.opcode() != opcode) {
            throw new AssertionError("opcode " + opcode + " expected: " + frame);
        }
        return frame;
    }

    /** The next frame must be a close with that code, {@link #NO_CODE} for an empty one; gives its reason. */
    public String expectClose(int code) throws IOException {
        Frame frame = expect(CLOSE);
        if (frame.code() != code) {
            throw new AssertionError("close code " + code + " expected: " + frame.code() + " " + frame.reason());
        }
        return frame.reason();
    }

    /** Whether a frame has begun to come. Does not wait. */
    public boolean readable() throws IOException {
        return in.available() > 0;
    }

    /** The connection must end here, with no further byte: after a close frame properly, without one a cut. */
    public void expectCut() throws IOException {
        int b;
        try {
            b = in.read();
        } catch (SocketException reset) {
            return;
        }
        if (b >= 0) {
            throw new AssertionError("not the end: a frame begins with " + Integer.toHexString(b) + " " + read());
        }
    }

    /** Goes away with no close frame, as a client that is killed does. */
    public void closeSocket() throws IOException {
        socket.close();
    }

    /** Goes away with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
