package io.sluice.origin;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Authorities of any text: a host, and a port or none, never an exception. */
class ClientUriPropertyTest {
    @Property
    void any_authority_has_a_host_and_a_port_or_none(@ForAll("authorities") String authority) {
        var uri = new ClientUri("http", authority, "/");
        assertThat(uri.port()).isBetween(-1, 65_535);
        assertThat(uri.host()).isNotNull();
    }

    @Provide
    Arbitrary<String> authorities() {
        Arbitrary<String> pieces =
                Arbitraries.of("x", "[", "]", "[::1]", ":", ":80", ":99999999999", "@", "%", " ", "\r\n", "é");
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(6).map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(20));
    }
}
