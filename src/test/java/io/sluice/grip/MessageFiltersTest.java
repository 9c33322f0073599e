package io.sluice.grip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.FilterOutcome.OriginAnswer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageFiltersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                // filters | subscription meta | publish meta | positions | content | outcome
                "skip-self|user=alice|sender=alice|||drop skip-self",
                "skip-self|user=alice|sender=bob||x|x",
                "skip-self||sender=alice||x|x",
                "skip-self|user=|sender=||x|x",
                "skip-self|user=alice|||x|x",
                "skip-users|user=bob|skip_users=alice , bob,||x|drop skip-users",
                "skip-users|user=bob|skip_users=bob||x|drop skip-users",
                "skip-users|user=bob|skip_users=bobby,al bob,b||x|x",
                "skip-users|user=bob|||x|x",
                "skip-users|user=|skip_users=,||x|x",
                "skip-users|user= |skip_users= ||x|x",
                "require-sub||require_sub=a|a=|x|x",
                "require-sub||require_sub=a|b=1|x|drop require-sub",
                "require-sub||require_sub=||x|x",
                "require-sub||||x|x",
                "no-such-filter|||||",
                "no-such-filter, skip-self|user=a|sender=a||x|drop skip-self",
                "build-id|id_format=a:%(a)s,b:%(b)s||a=5;b=7|id: %I\\n|id: a:5,b:7\\n",
                "build-id|id_format=%(a)s;id_encoding=hex||a=C3PO|%I %(R2D2)I|4333504f 52324432",
                "build-id|||a=1|%(x)I 100%%|x 100%",
                "build-id|||a=1|plain|plain",
                "build-id|||a=1|%I|fail build-id: no sub meta 'id_format'",
                "build-id|id_format=||a=1|%I|fail build-id: no sub meta 'id_format'",
                "build-id|id_format=%(c)s||a=1|..%I|fail build-id: failed to render ID: No such variable 'c' at position 4",
                "build-id|id_format=%(a)s||a=|%I|fail build-id: failed to render ID: No such variable 'a' at position 4",
                "build-id|id_format=%(a)x||a=1|%I|fail build-id: failed to render ID: Unknown directive 'x' at position 4",
                "build-id|id_format=x|||%I|fail build-id: No ID specified and no default ID in context at position 1",
                "build-id|id_format=x;id_encoding=base64||a=1|%I|fail build-id: unsupported encoding: base64",
                "build-id|||a=1|%x|fail build-id: Unknown directive 'x' at position 1",
                "var-subst|user=alice|||hello %(user)s|hello alice",
                "var-subst|user=alice|||hello %(name)s|fail var-subst: No such variable 'name' at position 13",
                "var-subst|user=alice|||50%|fail var-subst: Expected directive after '%' at position 2",
                "var-subst||||%s|fail var-subst: Directive 's' requires argument at position 1",
                "skip-self, var-subst|user=alice|||hello %(user)s|hello alice",
                "skip-self, var-subst|user=alice|sender=alice||hello %(user)s|drop skip-self",
                "var-subst, skip-self|user=alice|sender=alice||%(x)s|fail var-subst: No such variable 'x' at position 4",
                "var-subst, build-id|f=%I;id_format=%(a)s||a=9|%(f)s|9",
                "http-check||||x|fail http-check: missing url value",
                "http-modify|url=||| x|fail http-modify: missing url value",
                "http-check|url=http://|||x|fail http-check: invalid url value",
            })
    void outcomes(
            String names,
            @Nullable String subscriptionMeta,
            @Nullable String publishMeta,
            @Nullable String positions,
            @Nullable String content,
            @Nullable String expected) {
        var filters = MessageFilters.of(List.of(names.split(", ")));
        var context = new FilterContext(map(subscriptionMeta), map(publishMeta), map(positions));
        byte[] bytes = (content == null ? "" : content).getBytes(UTF_8);
        assertThat(show(filters.apply(context, bytes))).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void unchangedContentIsTheSameArray() {
        byte[] content = "plain".getBytes(UTF_8);
        var context = new FilterContext(Map.of("user", "a"), Map.of(), Map.of());
        var filters = MessageFilters.of(List.of("skip-self", "skip-users", "require-sub", "build-id", "var-subst"));
        assertThat(((FilterOutcome.Send) filters.apply(context, content)).content())
                .isSameAs(content);
        assertThat(((FilterOutcome.Send) MessageFilters.of(List.of()).apply(context, content)).content())
                .isSameAs(content);
    }

    @Test
    void contentFiltersAreThoseThatChangeContent() {
        var filters = MessageFilters.of(
                List.of("skip-self", "var-subst", "x", "http-check", "build-id", "http-modify", "require-sub"));
        assertThat(filters.contentFilters()).containsExactly("var-subst", "build-id", "http-modify");
        assertThat(filters.isEmpty()).isFalse();
        assertThat(MessageFilters.of(List.of("x")).isEmpty()).isTrue();
        assertThat(MessageFilters.of(List.of("skip-self")).contentFilters()).isEmpty();
    }

    @Test
    void theOriginIsAsked() {
        var positions = new HashMap<>(Map.of("test", "a", "other", ""));
        var context =
                new FilterContext(Map.of("url", "/f?x=ü", "user", "ü\u007f\n"), Map.of("append", ">>>"), positions);
        FilterOutcome.Ask check = ask("http-check", context);
        assertThat(check.question().filter()).isEqualTo("http-check");
        assertThat(check.question().url()).isEqualTo("/f?x=%C3%BC");
        assertThat(check.question().body()).isEmpty();
        Headers headers = check.question().headers();
        assertThat(headers.all("Grip-Last")).containsExactly("test; last-id=a");
        assertThat(headers.lines()).allMatch(line -> HeaderText.isValue(line.value()));
        assertThat(new JsonObject(HeaderText.decode(String.valueOf(headers.first("Sub-Meta")))))
                .isEqualTo(new JsonObject().put("url", "/f?x=ü").put("user", "ü\u007f\n"));
        assertThat(headers.first("Pub-Meta")).isEqualTo("{\"append\":\">>>\"}");
        assertThat(ask("http-modify", context).question().body()).isEqualTo("hello".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http-check|200||body|hello",
                "http-check|204||''|hello",
                "http-check|200|drop|body|drop http-check",
                "http-check|204|Drop|body|hello",
                "http-check|400||body|fail http-check: unexpected network request status: code=400",
                "http-modify|200||<<<hello>>>|<<<hello>>>",
                "http-modify|200||''|''",
                "http-modify|204||ignored|hello",
                "http-modify|204|drop|body|drop http-modify",
                "http-modify|302||body|fail http-modify: unexpected network request status: code=302",
            })
    void answersDecide(String filter, int status, @Nullable String action, String body, String expected) {
        Headers headers = action == null ? Headers.EMPTY : Headers.of("action", action);
        var answer = new OriginAnswer(status, headers, body.getBytes(UTF_8), null);
        assertThat(show(ask(filter, context()).resume().apply(answer))).isEqualTo(expected);
    }

    @Test
    void failuresOfTheNetworkAreNamed() {
        FilterOutcome.Ask ask = ask("http-check", context());
        assertThat(show(ask.resume().apply(new OriginAnswer(0, Headers.EMPTY, new byte[0], "connection refused"))))
                .isEqualTo("fail http-check: network request failed: connection refused");
        assertThat(show(ask.resume()
                        .apply(new OriginAnswer(
                                0, Headers.EMPTY, new byte[0], "network response exceeded 100000 bytes"))))
                .isEqualTo("fail http-check: network response exceeded 100000 bytes");
    }

    @Test
    void theChainGoesOnAfterTheAnswerFromWhereTheSessionWasThen() {
        var positions = new HashMap<>(Map.of("c", "1"));
        var context = new FilterContext(Map.of("url", "/", "id_format", "%(c)s"), Map.of(), positions);
        var filters = MessageFilters.of(List.of("http-check", "http-modify", "build-id"));
        var first = (FilterOutcome.Ask) filters.apply(context, "a%I".getBytes(UTF_8));
        positions.put("c", "2");
        var second = (FilterOutcome.Ask) first.resume().apply(new OriginAnswer(204, Headers.EMPTY, new byte[0], null));
        assertThat(second.question().filter()).isEqualTo("http-modify");
        assertThat(second.question().body()).isEqualTo("a%I".getBytes(UTF_8));
        var answer = new OriginAnswer(200, Headers.EMPTY, "b%I".getBytes(UTF_8), null);
        assertThat(show(second.resume().apply(answer))).isEqualTo("b1");
    }

    @Property(tries = 2000)
    void anyContentIsSentDroppedOrFailed(
            @ForAll("names") List<String> names,
            @ForAll("meta") Map<String, String> meta,
            @ForAll("meta") Map<String, String> publish,
            @ForAll("contents") String content) {
        byte[] bytes = content.getBytes(UTF_8);
        byte[] before = bytes.clone();
        FilterOutcome outcome =
                MessageFilters.of(names).apply(new FilterContext(meta, publish, Map.of("a", "1", "b", "")), bytes);
        assertThat(show(outcome)).isNotNull();
        assertThat(bytes).isEqualTo(before);
        if (outcome instanceof FilterOutcome.Send send && !content.contains("%")) {
            assertThat(send.content()).isSameAs(bytes);
        }
    }

    @Provide
    Arbitrary<List<String>> names() {
        return Arbitraries.of(
                        "skip-self",
                        "skip-users",
                        "require-sub",
                        "build-id",
                        "var-subst",
                        "http-check",
                        "http-modify",
                        "x")
                .list()
                .ofMaxSize(5);
    }

    @Provide
    Arbitrary<Map<String, String>> meta() {
        return Arbitraries.maps(
                        Arbitraries.of(
                                "user", "sender", "skip_users", "require_sub", "id_format", "id_encoding", "url", "a"),
                        Arbitraries.of("", "a", "a,b", "%(a)s", "%(b)s", "%", "hex", "/x", "http://", "\r\n", "ü"))
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<String> contents() {
        return Arbitraries.of("%I", "%(x)I", "%%", "%", "%(a)s", "text", "(", ")", "\\", "ü")
                .list()
                .ofMaxSize(5)
                .map(parts -> String.join("", parts));
    }

    private static FilterOutcome.Ask ask(String filter, FilterContext context) {
        return (FilterOutcome.Ask) MessageFilters.of(List.of(filter)).apply(context, "hello".getBytes(UTF_8));
    }

    private static FilterContext context() {
        return new FilterContext(Map.of("url", "http://host/filter"), Map.of(), Map.of());
    }

    private static String show(FilterOutcome outcome) {
        if (outcome instanceof FilterOutcome.Send send) {
            return new String(send.content(), UTF_8);
        }
        if (outcome instanceof FilterOutcome.Drop drop) {
            return "drop " + drop.filter();
        }
        if (outcome instanceof FilterOutcome.Fail fail) {
            return "fail " + fail.filter() + ": " + fail.message();
        }
        return "ask";
    }

    private static Map<String, String> map(@Nullable String text) {
        var map = new HashMap<String, String>();
        if (text != null) {
            for (String pair : text.split(";")) {
                int equals = pair.indexOf('=');
                map.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return map;
    }
}
