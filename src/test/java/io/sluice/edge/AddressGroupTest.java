package io.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressGroupTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "2001:db8:1:2::1, 20010db800010002::/64",
        "2001:db8:1:2:ffff:1:2:3, 20010db800010002::/64",
        "[2001:db8:1:2::9], 20010db800010002::/64",
        "2001:db8:1:3::1, 20010db800010003::/64",
        "fe80::1%0, fe80000000000000::/64",
        "::ffff:10.0.0.1, 10.0.0.1",
        "unknown, unknown",
        "a:b, a:b"
    })
    void an_ipv6_address_counts_with_its_network(String address, String group) {
        assertThat(AddressGroup.of(address)).isEqualTo(group);
    }
}
