package io.sluice.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Settings;
import io.sluice.grip.Headers;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedAddressTest {
    @ParameterizedTest
    @CsvSource({
        // rule, X-Forwarded-For, address
        "'', 1.1.1.1, 9.9.9.9",
        "append, '1.1.1.1, 2.2.2.2', 1.1.1.1",
        "'truncate:1, append', '1.1.1.1, 2.2.2.2', 2.2.2.2",
        "'truncate:0, append', '1.1.1.1, 2.2.2.2', 9.9.9.9",
        "truncate:1, '', 9.9.9.9",
        "truncate:0, 1.1.1.1, 9.9.9.9",
    })
    void the_rule_says_whom_to_believe(String rule, String header, String address) {
        Settings.Grip given = Settings.defaults().grip();
        var grip = new Settings.Grip(
                given.sigIss(),
                given.sigKey(),
                given.upstreamKey(),
                given.debug(),
                given.autoCrossOrigin(),
                given.acceptForwardedProto(),
                given.setForwardedProto(),
                rule,
                "append",
                List.of(),
                given.acceptPushpinRoute(),
                given.cdnLoop(),
                given.keyBase());
        Headers headers = header.isEmpty() ? Headers.EMPTY : Headers.of("X-Forwarded-For", header);
        assertThat(ForwardedAddress.of(grip, headers, "9.9.9.9", false)).isEqualTo(address);
        assertThat(ForwardedAddress.of(grip, Headers.of("X-Forwarded-For", "8.8.8.8"), "9.9.9.9", true))
                .isEqualTo("8.8.8.8");
    }
}
