package io.sluice.hostile;

import io.sluice.testing.TrustingAll;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** An HTTP/2 client that sends the frames it is told to, over TLS. Reads fail after ten seconds of silence. */
final class RawStreams implements AutoCloseable {
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    /** {@code GET https://x/}, in HPACK's static table but for the authority. */
    private static final byte[] GET = {(byte) 0x82, (byte) 0x87, (byte) 0x84, 0x41, 1, 'x'};

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SSLSocket socket;

    RawStreams(int port) throws Exception {
        var plain = new Socket();
        plain.setReceiveBufferSize(8 << 10);
        plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        plain.setSoTimeout(10_000);
        socket = (SSLSocket) TrustingAll.context().getSocketFactory().createSocket(plain, "localhost", port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
    }

    static byte[] preface() {
        return PREFACE.clone();
    }

    static byte[] get() {
        return GET.clone();
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] repeated(byte[] frame, int times) {
        var all = new ByteArrayOutputStream(frame.length * times);
        for (int i = 0; i < times; i++) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    /** The preface and settings. */
    RawStreams begin() throws IOException {
        send(PREFACE);
        return send(frame(SETTINGS, 0, 0, new byte[0]));
    }

    RawStreams send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends it until the server has closed; whether it has before all of it was sent. */
    boolean cutWhileSending(byte[] bytes, int times) {
        try {
            for (int i = 0; i < times; i++) {
                send(bytes);
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** The error of the server's last GOAWAY, if there was one, once it has closed. */
    OptionalLong ended() throws IOException {
        OptionalLong error = OptionalLong.empty();
        try {
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                int head = in.readInt();
                in.readByte();
                in.readInt();
                byte[] payload = in.readNBytes(head >>> 8);
                if ((head & 0xff) == GOAWAY) {
                    error = OptionalLong.of(ByteBuffer.wrap(payload).getInt(4) & 0xffff_ffffL);
                }
            }
        } catch (SocketTimeoutException e) {
            throw new IOException("not closed", e);
        } catch (IOException e) {
            return error;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
