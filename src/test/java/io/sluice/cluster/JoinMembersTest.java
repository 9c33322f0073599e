package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinMembersTest {
    @Test
    void addresses_stay_and_names_become_all_their_addresses() throws UnknownHostException {
        List<String> ofName = Arrays.stream(InetAddress.getAllByName("localhost"))
                .map(InetAddress::getHostAddress)
                .map(host -> host.contains(":") ? "[" + host + "]:1" : host + ":1")
                .toList();
        assertThat(JoinMembers.resolved(List.of("10.0.0.1:5701", "localhost:1", "10.0.0.1:5701")))
                .startsWith("10.0.0.1:5701")
                .containsAll(ofName)
                .doesNotHaveDuplicates()
                .hasSize(1 + ofName.size());
    }

    @Test
    void a_name_without_address_is_kept_for_later() {
        assertThat(JoinMembers.resolved(List.of("no-such-name.invalid:5701")))
                .containsExactly("no-such-name.invalid:5701");
    }
}
