package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyFormatTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                                        | TEXT",
                "''                                       | TEXT",
                "*/*                                      | TEXT",
                "*                                        | TEXT",
                "text/plain                               | TEXT",
                "text/*                                   | TEXT",
                "application/json                         | JSON",
                "application/*                            | JSON",
                "APPLICATION/JSON                         | JSON",
                "application/json;charset=utf-8           | JSON",
                "application/json, */*                    | JSON",
                "application/json, text/plain, */*        | JSON",
                "text/plain, application/json             | TEXT",
                "text/plain;q=0.5, application/json       | JSON",
                "application/json;q=0.5, text/plain;q=0.9 | TEXT",
                "application/json; q=0.5 , */*;q=0.1      | JSON",
                "application/json;q=0, */*                | TEXT",
                "text/plain;q=0, */*                      | JSON",
                "text/html, */*;q=0.01                    | TEXT",
                "*/*;q=0.9, application/json;q=0.5        | TEXT",
                "application/json;q=x                     | JSON",
                "image/png                                | -",
                "text/html                                | -",
                "*/*;q=0                                  | -",
                "text/plain;q=0, application/json;q=0     | -",
                "text                                     | -",
                ",                                        | -",
            })
    void negotiates(@Nullable String accept, @Nullable ReplyFormat expected) {
        assertThat(ReplyFormat.choose(accept)).isEqualTo(expected);
    }

    @Property
    void neverThrows(@ForAll String accept) {
        ReplyFormat chosen = ReplyFormat.choose(accept);
        assertThat(chosen).isIn(ReplyFormat.TEXT, ReplyFormat.JSON, null);
    }
}
