package io.sluice.grip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GripClientTest {
    private static @Nullable GripClient of(String value) throws GripException {
        return GripClient.in(Headers.of("grip-client", value));
    }

    @Test
    void an_id_may_come_alone_with_a_policy_and_in_quotes() throws GripException {
        assertThat(GripClient.in(Headers.EMPTY)).isNull();
        assertThat(of("alice")).isEqualTo(new GripClient("alice", null));
        assertThat(of("a, b; policy=newest")).isEqualTo(new GripClient("a, b", ClientPolicy.NEWEST));
        assertThat(of("\"a;b\"; policy=oldest")).isEqualTo(new GripClient("a;b", ClientPolicy.OLDEST));
        assertThat(of("a; policy=max=3")).isEqualTo(new GripClient("a", new ClientPolicy(3, false)));
        assertThat(of("a; max=2")).isEqualTo(new GripClient("a", new ClientPolicy(2, false)));
        assertThat(of("a; policy=oldest; max=2")).isEqualTo(new GripClient("a", new ClientPolicy(2, true)));
        assertThat(of(HeaderText.encode("zoë"))).isEqualTo(new GripClient("zoë", null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''             | Grip-Client: the client's id must have 1 to 256 bytes",
                "; policy=newest| Grip-Client: the client's id must have 1 to 256 bytes",
                "a; policy=first| Grip-Client: policy 'first' must be newest, oldest or max=N",
                "a; max=0       | Grip-Client: max '0' must be a number from 1 to 100",
                "a; policy=max=x| Grip-Client: max 'x' must be a number from 1 to 100",
                "a; max=101     | Grip-Client: max '101' must be a number from 1 to 100",
                "a; color=red   | Grip-Client: unknown parameter 'color', must be policy or max",
            })
    void what_is_wrong_is_told_with_the_text_and_the_rule(String value, String message) {
        assertThatThrownBy(() -> of(value)).isInstanceOf(GripException.class).hasMessage(message);
    }

    @Test
    void there_is_one_id_and_it_fits_in_a_line() {
        assertThatThrownBy(() -> GripClient.in(Headers.of("Grip-Client", "a", "Grip-Client", "b")))
                .hasMessage("Grip-Client: there must be one, not 2");
        assertThatThrownBy(() -> of("a".repeat(257))).hasMessageContaining("256 bytes");
        assertThatThrownBy(() -> of("a\u0001")).hasMessageContaining("control characters");
    }
}
