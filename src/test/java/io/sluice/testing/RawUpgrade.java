package io.sluice.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** The request that opens a WebSocket, every line of it the test's to change. As it is made it is a good one (RFC 6455, 4.1). */
public final class RawUpgrade {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<String> lines = new ArrayList<>();
    private final String target;
    private String method = "GET";
    private String version = "HTTP/1.1";
    private String body = "";

    private RawUpgrade(String target) {
        this.target = target;
        byte[] key = new byte[16];
        RANDOM.nextBytes(key);
        lines.add("Host: localhost");
        lines.add("Connection: Upgrade");
        lines.add("Upgrade: websocket");
        lines.add("Sec-WebSocket-Version: 13");
        lines.add("Sec-WebSocket-Key: " + Base64.getEncoder().encodeToString(key));
    }

    /** @param target path with query */
    public static RawUpgrade to(String target) {
        return new RawUpgrade(target);
    }

    public RawUpgrade method(String method) {
        this.method = method;
        return this;
    }

    /** {@code HTTP/1.0} for instance. */
    public RawUpgrade httpVersion(String version) {
        this.version = version;
        return this;
    }

    /** Bytes behind the head; no line announces them, add one. */
    public RawUpgrade body(String body) {
        this.body = body;
        return this;
    }

    /** {@code Name: value}. Takes the place of the lines of that name, the ones that are there from the start for instance. */
    public RawUpgrade header(String line) {
        return without(line.substring(0, line.indexOf(':'))).line(line);
    }

    /** One more line, whatever there is of that name, whatever it looks like. */
    public RawUpgrade line(String line) {
        lines.add(line);
        return this;
    }

    public RawUpgrade without(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        lines.removeIf(line -> line.toLowerCase(Locale.ROOT).startsWith(start));
        return this;
    }

    public RawUpgrade host(String host) {
        return header("Host: " + host);
    }

    /** Subprotocols, comma separated. */
    public RawUpgrade protocols(String protocols) {
        return header("Sec-WebSocket-Protocol: " + protocols);
    }

    /** Extensions offered. */
    public RawUpgrade extensions(String extensions) {
        return header("Sec-WebSocket-Extensions: " + extensions);
    }

    /** The key it sends; empty when it sends none. */
    String key() {
        return lines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    byte[] bytes() {
        String head = method + " " + target + " " + version + "\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Connects to that port of loopback and sends it; the answer is not read. */
    public RawWebSocket send(int port) throws IOException {
        return RawWebSocket.connect(port, this);
    }

    /** Sends it, and the answer must be a good 101. */
    public RawWebSocket open(int port) throws IOException {
        RawWebSocket socket = send(port);
        RawWebSocket.Response response = socket.readResponse();
        if (response.status() != 101) {
            socket.close();
            throw new AssertionError("not opened: " + response);
        }
        return socket;
    }

    /** Sends it, and the answer must be another than 101. */
    public RawWebSocket.Response refused(int port) throws IOException {
        try (RawWebSocket socket = send(port)) {
            RawWebSocket.Response response = socket.readResponse();
            if (response.status() == 101) {
                throw new AssertionError("opened: " + response);
            }
            return response;
        }
    }
}
