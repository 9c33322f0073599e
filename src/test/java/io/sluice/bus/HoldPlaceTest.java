package io.sluice.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldPlaceTest {
    @Test
    void idsOfRequestsNameNodeAndLoop() {
        HoldPlace place = HoldPlace.of("node-a-0-3-17lp0");
        assertThat(place).isNotNull();
        assertThat(place.node()).accepts("node-a-0").rejects("node-a", "node", "node-a-0-3");
        assertThat(place.loop()).isEqualTo(3);
    }

    @Test
    void idsOfWebSocketsDoToo() {
        HoldPlace place = HoldPlace.of(ConnectionId.make("n1", 11).toString());
        assertThat(place).isNotNull();
        assertThat(place.node()).accepts("n1").rejects("n2");
        assertThat(place.loop()).isEqualTo(11);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none", "n-1", "n-x-1", "n-12345-1", "-1-1", "n-1-", "n-1-\u00e4", "n-1-1 "})
    void othersNameNone(String id) {
        assertThat(HoldPlace.of(id)).isNull();
    }
}
