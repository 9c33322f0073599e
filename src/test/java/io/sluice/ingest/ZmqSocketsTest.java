package io.sluice.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.FreePorts;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ZmqSocketsTest {
    private static final int MAX_MESSAGE = 1000;

    private final ZContext zmq = new ZContext();
    private final ZmqSockets sockets = new ZmqSockets(zmq, MAX_MESSAGE);

    @AfterEach
    void close() {
        zmq.close();
    }

    @Test
    void a_publisher_that_comes_late_is_told_of_every_channel() throws Exception {
        List<String> specs = List.of("tcp://127.0.0.1:" + FreePorts.takeOne());
        ZMQ.Socket sub = sockets.create(SocketType.SUB, specs);
        sockets.bind(sub, "zmq.sub", specs);
        Set<String> wanted = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            sub.subscribe("channel-" + i);
            wanted.add("\1channel-" + i);
        }
        ZMQ.Socket publisher = zmq.createSocket(SocketType.XPUB);
        publisher.setHandshakeIvl(500);
        publisher.connect(specs.get(0));
        Set<String> told = new HashSet<>();
        await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            assertThat(sub.recv(ZMQ.DONTWAIT)).as("its turn to do its work").isNull();
            for (byte[] next = publisher.recv(ZMQ.DONTWAIT); next != null; next = publisher.recv(ZMQ.DONTWAIT)) {
                told.add(new String(next, UTF_8));
            }
            assertThat(told).hasSameSizeAs(wanted);
        });
        assertThat(told).isEqualTo(wanted);
    }

    @Test
    void the_larger_messages_may_be_the_fewer_may_wait() {
        assertThat(ZmqSockets.waiting(1024)).isEqualTo(1000);
        assertThat(ZmqSockets.waiting(1_000_000)).isEqualTo(67);
        assertThat(ZmqSockets.waiting(1 << 30)).isEqualTo(10);
    }

    @Test
    void an_ipv6_address_is_listened_at() throws Exception {
        List<String> specs = List.of("tcp://[::1]:" + FreePorts.takeOne());
        ZMQ.Socket pull = sockets.create(SocketType.PULL, specs);
        sockets.bind(pull, "zmq.pull", specs);
        ZMQ.Socket push = zmq.createSocket(SocketType.PUSH);
        push.setIPv6(true);
        push.setHandshakeIvl(500);
        push.connect(specs.get(0));
        push.send("hello");
        pull.setReceiveTimeOut(10_000);
        assertThat(pull.recvStr()).isEqualTo("hello");
    }

    @Test
    void a_spec_that_can_not_be_had_is_named_with_its_setting() {
        ZMQ.Socket pull = sockets.create(SocketType.PULL, List.of());
        assertThatThrownBy(() -> sockets.bind(pull, "zmq.pull", List.of("tcp://127.0.0.1:99999")))
                .hasMessageStartingWith("zmq.pull: tcp://127.0.0.1:99999: ");
    }

    @Test
    void a_name_that_is_not_known_yet_is_tried_again() {
        List<String> specs = List.of("tcp://no-such-host.invalid:5562");
        ZMQ.Socket sub = sockets.create(SocketType.SUB, specs);
        sockets.connect(sub, specs, 0);
        assertThat(sockets.nextMillis(1000)).isEqualTo(4000);
        sockets.retry(4999);
        assertThat(sockets.nextMillis(4999)).isEqualTo(1);
        sockets.retry(5000);
        assertThat(sockets.nextMillis(5000)).isEqualTo(5000);
    }
}
