package io.sluice.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawConnection;
import io.sluice.testing.RawOrigin;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies that are larger than the node's memory by far, past a reader that is slow for a while. A GiB each takes some five seconds.
 */
class LargeBodiesIT {
    private static final long LENGTH = Long.getLong("sluice.large.mib", 1024) << 20;
    private static final List<String> SMALL =
            List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m", "-XX:+ExitOnOutOfMemoryError");
    /** What the buffers of four sockets can hold: Linux lets a receiver have up to 32 MiB. */
    private static final long UNDER_WAY = 128 << 20;

    @TempDir
    Path directory;

    private final CompletableFuture<Long> originDigest = new CompletableFuture<>();
    private final Flood flood = new Flood(LENGTH);
    private RawOrigin origin;
    private ForkedNode node;

    @BeforeEach
    void start() throws IOException {
        origin = RawOrigin.start(this::serve);
        node = ForkedNode.start(directory, SMALL, "--route", "* " + origin.address());
    }

    @AfterEach
    void stop() {
        node.close();
        origin.close();
    }

    private void serve(RawConnection connection) throws IOException {
        var request = new BufferedInputStream(connection.socket().getInputStream());
        String head = head(request);
        boolean chunked = head.contains(" /chunked ");
        try {
            if (head.startsWith("GET ")) {
                var out = new BufferedOutputStream(connection.socket().getOutputStream(), 1 << 17);
                out.write(ascii("HTTP/1.1 200 OK\r\n" + framing(chunked)));
                long digest = flood.write(out, chunked);
                out.flush();
                originDigest.complete(digest);
                connection.awaitClosed();
            } else {
                originDigest.complete(flood.read(request, RawHeads.chunked(head)));
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        } catch (IOException e) {
            originDigest.completeExceptionally(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/length", "/chunked"})
    void from_origin_to_client(String path) throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
            client.setSoTimeout(30_000);
            client.getOutputStream().write(ascii("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"));
            InputStream in = new BufferedInputStream(client.getInputStream(), 1 << 17);
            String head = head(in);
            assertThat(head).startsWith("HTTP/1.1 200 OK\r\n");
            long digest = flood.read(in, RawHeads.chunked(head));
            assertThat(digest).isEqualTo(origin());
        }
        unharmed(path + " down");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/length", "/chunked"})
    void from_client_to_origin(String path) throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
            client.setSoTimeout(30_000);
            OutputStream out = new BufferedOutputStream(client.getOutputStream(), 1 << 17);
            boolean chunked = path.equals("/chunked");
            out.write(ascii("POST " + path + " HTTP/1.1\r\nHost: x\r\n" + framing(chunked)));
            long digest = flood.write(out, chunked);
            out.flush();
            assertThat(head(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(digest).isEqualTo(origin());
        }
        unharmed(path + " up");
    }

    private long origin() throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
        return originDigest.get(30, TimeUnit.SECONDS);
    }

    private void unharmed(String what) throws IOException {
        System.out.println(what + " of MiB " + (LENGTH >> 20) + ": peak MiB " + node.peakMemoryMib()
                + ", under way at most KiB " + (flood.widest() >> 10));
        assertThat(node.alive()).isTrue();
        assertThat(node.log()).doesNotContain("ERROR", "WARN", "OutOfMemory");
        assertThat(flood.widest()).isLessThan(UNDER_WAY);
        assertThat(node.peakMemoryMib()).isLessThan(400);
    }

    private static String framing(boolean chunked) {
        return (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + LENGTH) + "\r\n\r\n";
    }

    private static String head(InputStream in) throws IOException {
        return RawHeads.read(in);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
