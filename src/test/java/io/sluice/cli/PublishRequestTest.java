package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.grip.Action;
import io.sluice.grip.PublishItem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishRequestTest {
    private static PublishItem item(@Nullable String content, String... flags) {
        List<String> on = List.of(flags);
        return new PublishRequest(
                        "c",
                        content == null ? null : content.getBytes(StandardCharsets.UTF_8),
                        null,
                        null,
                        null,
                        "200",
                        List.of(),
                        List.of(),
                        on.contains("hint"),
                        on.contains("close"),
                        on.contains("patch"),
                        false,
                        false)
                .item();
    }

    @Test
    void a_hint_goes_to_http_subscribers() {
        PublishItem item = item(null, "hint");
        assertThat(Objects.requireNonNull(item.response()).action()).isEqualTo(Action.HINT);
        assertThat(Objects.requireNonNull(item.stream()).action()).isEqualTo(Action.HINT);
        assertThat(item.message()).isNull();
    }

    @Test
    void a_close_goes_to_what_stays_open() {
        PublishItem item = item(null, "close");
        assertThat(item.response()).isNull();
        assertThat(Objects.requireNonNull(item.stream()).action()).isEqualTo(Action.CLOSE);
        assertThat(Objects.requireNonNull(item.message()).action()).isEqualTo(Action.CLOSE);
    }

    @Test
    void a_patch_is_for_responses_alone() {
        PublishItem item = item("[ ]", "patch");
        assertThat(Objects.requireNonNull(item.response()).bodyPatch()).isEqualTo("[]");
        assertThat(item.response().body()).isNull();
        assertThat(item.stream()).isNull();
        assertThat(item.message()).isNull();
    }

    @Test
    void nothing_to_say_is_refused() {
        assertThatThrownBy(() -> item(null)).hasMessage("must specify content");
        assertThatThrownBy(() -> item("{}", "patch")).hasMessage("patch content must be a JSON array");
        assertThatThrownBy(() -> item("x", "hint", "close")).hasMessage("--hint and --close exclude each other");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:5561, http://localhost:5561/publish/",
        "http://localhost:5561/, http://localhost:5561/publish/",
        "http://localhost:5561/publish/, http://localhost:5561/publish/",
        "HTTPS://a.example/realm/x?iss=x, https://a.example/realm/x/publish/",
    })
    void a_control_url_is_where_to_publish(String spec, String uri) {
        assertThat(PublishTarget.parse(spec).uri()).hasToString(uri);
    }

    @Test
    void a_key_of_the_url_signs_over_https_only() {
        String key = "?iss=me&key=base64:aGk+aGk=";
        assertThat(PublishTarget.parse("http://a.example/" + key).authorization())
                .isNull();
        assertThat(PublishTarget.parse("https://a.example/" + key).authorization())
                .matches("Bearer [\\w-]+\\.[\\w-]+\\.[\\w-]+");
        assertThat(PublishTarget.parse("https://a.example/?iss=me").authorization())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "127.0.0.1, true",
        "127.1.2.3, true",
        "[::1], true",
        "127.evil.example, false",
        "127.0.0.1.evil.example, false",
        "10.0.0.1, false"
    })
    void a_secret_goes_in_clear_to_this_machine_only(String host, boolean secure) {
        assertThat(PublishTarget.parse("http://" + host + ":5561/").secure()).isEqualTo(secure);
    }

    @ParameterizedTest
    @CsvSource({"tcp://a:1", "ipc://x", "ftp://a", "nonsense", "http://", "'http://a b'"})
    void another_url_is_refused(String spec) {
        assertThatThrownBy(() -> PublishTarget.parse(spec)).isInstanceOf(IllegalArgumentException.class);
    }
}
