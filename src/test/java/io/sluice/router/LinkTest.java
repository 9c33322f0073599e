package io.sluice.router;

import static io.sluice.router.RecordingLoop.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.NodeMessage;
import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinkTest {
    private final List<NodeMessage.Packet> sent = new ArrayList<>();
    private long deferred;
    private final Link link = new Link("home", 1000, sent::add, items -> deferred += items);
    private long sequence;

    @Test
    void whatOneTickHasGoesInOnePacketInOrder() {
        add("c", 10);
        link.add(new NodeMessage.Head("d", new Position(1, 5)), 0);
        link.flush(0);
        link.flush(0);
        add("c", 10);
        link.flush(0);
        assertThat(sent).extracting(NodeMessage.Packet::number).containsExactly(1L, 2L);
        assertThat(sent.get(0).entries()).hasSize(2);
        assertThat(sent.get(0).link()).isEqualTo(1000);
    }

    @Test
    void aNodeThatAcknowledgesNothingCostsNoMoreThanTheWindow() {
        for (int i = 0; i < 100; i++) {
            add("c" + i % 3, 200_000);
            link.flush(0);
        }
        assertThat(link.bytes()).isLessThan(Link.WINDOW_BYTES + 2 * Link.PACKET_BYTES);
        assertThat(deferred).isPositive();
        int packets = sent.size();
        long items = sent.stream().mapToLong(packet -> packet.entries().size()).sum();
        // Once there is room, it is told where the channels stand.
        link.acked(1000, packets, 10);
        var heads = sent.subList(packets, sent.size()).stream()
                .flatMap(packet -> packet.entries().stream())
                .filter(NodeMessage.Head.class::isInstance)
                .map(NodeMessage.Head.class::cast)
                .toList();
        assertThat(heads).extracting(NodeMessage.Head::channel).containsExactlyInAnyOrder("c0", "c1", "c2");
        assertThat(heads).extracting(head -> head.position().sequence()).contains(100L, 99L, 98L);
        long later = sent.subList(packets, sent.size()).stream()
                .flatMap(packet -> packet.entries().stream())
                .filter(NodeMessage.Numbered.class::isInstance)
                .count();
        assertThat(items + later + deferred).isEqualTo(100);
    }

    @Test
    void aSilentNodeGetsASignOfLifeToAnswerAndNothingElse() {
        add("c", 10);
        link.flush(0);
        assertThat(link.silent(Link.SILENT_MILLIS - 1)).isFalse();
        assertThat(link.silent(Link.SILENT_MILLIS)).isTrue();
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).entries()).isEmpty();
        assertThat(sent.get(1).link()).isEqualTo(1001);
        assertThat(sent.get(1).number()).isEqualTo(1);
        add("c", 10);
        link.flush(6000);
        link.acked(1000, 1, 6001);
        assertThat(sent).hasSize(2);
        assertThat(deferred).isEqualTo(1);
        link.acked(1001, 1, 6002);
        assertThat(sent.get(2).entries()).containsExactly(new NodeMessage.Head("c", new Position(1, 2)));
        assertThat(sent.get(2).number()).isEqualTo(2);
    }

    @Test
    void aBrokenLinkIsNewsOnce() {
        add("c", 10);
        link.flush(0);
        assertThat(link.broken(1)).isTrue();
        assertThat(link.broken(2)).isFalse();
        assertThat(sent).hasSize(2);
    }

    @Test
    void anAuditTellsWhereChannelsStandThatHadItems() {
        link.audit(0);
        assertThat(sent).isEmpty();
        add("c", 10);
        add("c", 10);
        link.flush(0);
        link.audit(5000);
        assertThat(sent.get(1).entries()).containsExactly(new NodeMessage.Head("c", new Position(1, 2)));
        link.audit(10_000);
        assertThat(sent).hasSize(2);
    }

    @Test
    void withTooManyChannelsBehindTheNodeLooksAfterAll() {
        add("big", Link.WINDOW_BYTES);
        link.flush(0);
        for (int i = 0; i < Link.MAX_BEHIND + Link.PACKET_BYTES / 100; i++) {
            add("c" + i, 10);
        }
        link.acked(1000, 1, 10);
        assertThat(sent.get(1).link()).isEqualTo(1001);
        assertThat(sent.get(1).number()).isEqualTo(1);
    }

    private void add(String channel, int bytes) {
        PublishItem small = item(channel, "i", null);
        var stream = new Format.HttpStream(Action.SEND, new byte[bytes], null);
        var sized = new PublishItem(channel, small.id(), null, false, -1, Map.of(), null, stream, null);
        sequence++;
        link.add(new NodeMessage.Numbered(sized, new Position(1, sequence)), 0);
    }
}
