package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogRuleTest {
    @Test
    void boundsAreReadInAnyOrderAndHaveDefaults() throws BadSetting {
        assertThat(LogRule.parse("orders-*  seconds=60 items=5")).isEqualTo(new LogRule("orders-*", 5, 1_000_000, 60));
        assertThat(LogRule.parse("*")).isEqualTo(new LogRule("*", 1000, 1_000_000, 300));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "items=5",
                "a items=0",
                "a items=x",
                "a b",
                "a items=5,bytes=2000",
                "a bytes=999",
                "a seconds=99999999"
            })
    void whatIsNoRuleIsRefused(String text) {
        assertThatThrownBy(() -> LogRule.parse(text))
                .isInstanceOf(BadSetting.class)
                .hasMessageContaining("must be PATTERN")
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "*,anything,true",
        "a*,a,true",
        "a*,ba,false",
        "a*c,abcbc,true",
        "a*c,abcb,false",
        "*-log,x-log,true",
        "*-log,x-logs,false",
        "a*b*c,axxbyyc,true",
        "a*b*c,axxcyyb,false",
        "a,a,true",
        "a,aa,false",
        "**,x,true",
    })
    void patternsMatchWholeNames(String pattern, String channel, boolean matches) {
        assertThat(new LogRule(pattern, 1, 1000, 1).matches(channel)).isEqualTo(matches);
    }
}
