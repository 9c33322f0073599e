package io.sluice.protocol;

import java.nio.charset.StandardCharsets;

/**
 * What a scripted origin answers.
 *
 * @param close whether the origin closes after it
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of a test
record Answer(byte[] bytes, boolean close) {
    /** 200 with a body of known length, as text/plain. */
    static Answer ok(String body, String... headers) {
        return of("200 OK", body, headers);
    }

    /** @param status code and reason */
    static Answer of(String status, String body, String... headers) {
        return of(status, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    static Answer of(String status, byte[] content, String... headers) {
        String head = head(status, headers) + "Content-Length: " + content.length + "\r\n\r\n";
        return new Answer((head + latin1(content)).getBytes(StandardCharsets.ISO_8859_1), false);
    }

    static Answer chunked(String[] parts, String... headers) {
        var text = new StringBuilder(head("200 OK", headers)).append("Transfer-Encoding: chunked\r\n\r\n");
        for (String part : parts) {
            byte[] content = part.getBytes(StandardCharsets.UTF_8);
            text.append(Integer.toHexString(content.length))
                    .append("\r\n")
                    .append(latin1(content))
                    .append("\r\n");
        }
        return new Answer(text.append("0\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1), false);
    }

    /** These bytes, then the end of the connection. */
    static Answer raw(String bytes) {
        return new Answer(bytes.getBytes(StandardCharsets.ISO_8859_1), true);
    }

    /** An instruction in JSON. */
    static Answer instruct(String json, String... headers) {
        byte[] content = json.getBytes(StandardCharsets.UTF_8);
        var text = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Type: application/grip-instruct\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        text.append("Content-Length: ")
                .append(content.length)
                .append("\r\n\r\n")
                .append(latin1(content));
        return new Answer(text.toString().getBytes(StandardCharsets.ISO_8859_1), false);
    }

    private static String head(String status, String... headers) {
        var head = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
        boolean typed = false;
        for (String header : headers) {
            typed |= header.startsWith("Content-Type:");
            head.append(header).append("\r\n");
        }
        return typed
                ? head.toString()
                : head.append("Content-Type: text/plain\r\n").toString();
    }

    private static String latin1(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1);
    }
}
