package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is given as a control URL: an endpoint to publish to, or a refusal with a text. */
class PublishTargetPropertyTest {
    @Property
    void any_text_is_an_endpoint_or_refused(@ForAll("specs") String spec) {
        PublishTarget target;
        try {
            target = PublishTarget.parse(spec);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
            return;
        }
        assertThat(target.uri().getScheme()).isIn("http", "https");
        assertThat(target.uri().getHost()).isNotEmpty();
        assertThat(target.uri().getRawPath()).endsWith("/publish/");
    }

    @Provide
    Arbitrary<String> specs() {
        Arbitrary<String> pieces = Arbitraries.of(
                "http://",
                "HTTPS://",
                "tcp://",
                "localhost",
                "[::1]",
                ":5561",
                ":x",
                "u:p@",
                "/",
                "/publish",
                "?",
                "iss=a",
                "&key=",
                "base64:YQ==",
                "%zz",
                "%41",
                "+",
                " ",
                "#");
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(7).map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(20));
    }
}
