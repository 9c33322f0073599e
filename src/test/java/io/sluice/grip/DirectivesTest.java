package io.sluice.grip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectivesTest {
    private static final Variables VARIABLES = new Variables(
            Map.of("name", "Ann", "food\\fruit(type)", "apple", "(", "open", "empty", "", "ü", "umlaut"), false);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "plain|plain",
                "100%%|100%",
                "%%%%|%%",
                "hello %(name)s!|hello Ann!",
                "%(food\\\\fruit(type\\))s|apple",
                "%(\\()s%(()s|openopen",
                "[%(empty)s]|[]",
                "%(ü)s|umlaut",
            })
    void templates(String template, String expected) throws GripException {
        assertThat(new String(Directives.replace(template.getBytes(UTF_8), VARIABLES), UTF_8))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "ab%|Expected directive after '%' at position 2",
                "ab%(|Expected character after '(' at position 3",
                "ab%(c|Unterminated field starting at position 3",
                "ab%(c\\|Expected character after '\\' at position 5",
                "ab%(c)|Expected directive after ')' at position 5",
                "%(name)d|Unknown directive 'd' at position 7",
                "%d|Unknown directive 'd' at position 1",
                "%1|Unknown directive '1' at position 1",
                "50% off|Unknown directive ' ' at position 3",
                "%s|Directive 's' requires argument at position 1",
                "%%%(nobody)s|No such variable 'nobody' at position 11",
                "%()s|No such variable '' at position 3",
            })
    void templatesThatFail(String template, String message) {
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> Directives.replace(template.getBytes(UTF_8), VARIABLES))
                .withMessage(message);
        assertThat(inPieces(template.getBytes(UTF_8), 1)).isEqualTo("error: " + message);
    }

    @Property
    void aPercentSignIsFoundWhereverItIs(@ForAll byte[] content) {
        boolean plain = true;
        for (byte b : content) {
            plain &= b != '%';
        }
        assertThat(Directives.isPlain(content)).isEqualTo(plain);
    }

    @Test
    void aPercentSignIsFoundAtEveryPlace() throws GripException {
        for (int length = 1; length < 40; length++) {
            for (int place = 0; place < length; place++) {
                byte[] content = new byte[length + 1];
                Arrays.fill(content, (byte) ('%' + (place % 3 == 0 ? 0x80 : place % 3 == 1 ? -1 : 1)));
                assertThat(Directives.isPlain(content)).isTrue();
                content[place] = '%';
                content[place + 1] = '%';
                assertThat(Directives.isPlain(content)).isFalse();
                assertThat(Directives.replace(content, VARIABLES)).hasSize(length);
            }
        }
    }

    @Test
    void plainContentIsNotCopied() throws GripException {
        byte[] plain = "plain".getBytes(UTF_8);
        assertThat(Directives.replace(plain, VARIABLES)).isSameAs(plain);
        var directives = new Directives(VARIABLES);
        assertThat(directives.update(plain)).isSameAs(plain);
        assertThat(directives.update("%".getBytes(UTF_8))).isEmpty();
        assertThat(directives.update("%".getBytes(UTF_8))).isEqualTo("%".getBytes(UTF_8));
        assertThat(directives.update(plain)).isSameAs(plain);
    }

    @Test
    void outputComesAsSoonAsItIsCertain() throws GripException {
        var directives = new Directives(VARIABLES);
        assertThat(new String(directives.update("a%".getBytes(UTF_8)), UTF_8)).isEqualTo("a");
        assertThat(new String(directives.update("(na".getBytes(UTF_8)), UTF_8)).isEmpty();
        assertThat(new String(directives.update("me)".getBytes(UTF_8)), UTF_8)).isEmpty();
        assertThat(new String(directives.update("sb".getBytes(UTF_8)), UTF_8)).isEqualTo("Annb");
        directives.finish();
    }

    @Test
    void endlessFieldsAreRefused() {
        byte[] endless = new byte[1_000_000];
        Arrays.fill(endless, (byte) 'x');
        endless[0] = '%';
        endless[1] = '(';
        assertThat(inPieces(endless, 1000)).isEqualTo("error: Unterminated field starting at position 1");
    }

    @Property(tries = 3000)
    void piecesMakeNoDifference(@ForAll("templates") String template, @ForAll("sizes") int size) {
        byte[] bytes = template.getBytes(UTF_8);
        assertThat(inPieces(bytes, size)).isEqualTo(inPieces(bytes, bytes.length + 1));
    }

    @Property
    void escapedTextComesOutAsItWent(@ForAll byte[] content) throws GripException {
        String escaped = new String(content, ISO_8859_1).replace("%", "%%");
        assertThat(Directives.replace(escaped.getBytes(ISO_8859_1), VARIABLES)).isEqualTo(content);
    }

    @Property
    void anyNameCanBeWritten(@ForAll String name) throws GripException {
        String text = new String(name.getBytes(UTF_8), UTF_8);
        String argument = text.replace("\\", "\\\\").replace(")", "\\)");
        byte[] made =
                Directives.replace(("<%(" + argument + ")s>").getBytes(UTF_8), new Variables(Map.of(text, "v"), false));
        assertThat(made).isEqualTo("<v>".getBytes(UTF_8));
    }

    @Provide
    Arbitrary<String> templates() {
        return Arbitraries.of("%", "%%", "(", ")", "\\", "s", "x", "name", "%(name)s", " ", "ü")
                .list()
                .ofMaxSize(10)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Arbitraries.integers().between(1, 5);
    }

    private static String inPieces(byte[] content, int size) {
        var directives = new Directives(VARIABLES);
        var out = new ByteArrayOutputStream();
        try {
            for (int i = 0; i < content.length; i += size) {
                out.writeBytes(directives.update(Arrays.copyOfRange(content, i, Math.min(content.length, i + size))));
            }
            directives.finish();
        } catch (GripException e) {
            return "error: " + e.text();
        }
        return out.toString(UTF_8);
    }

    @Test
    void responsesAreFilteredByBuildIdAlone() throws GripException {
        var plain = ResponseFilter.of(List.of(new ChannelSpec("a", null, List.of("var-subst", "x"))), Map.of());
        assertThat(plain.isIdentity()).isTrue();
        byte[] body = "%(b)I %I".getBytes(UTF_8);
        assertThat(plain.update(body)).isSameAs(body);
        assertThat(plain.finish()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "%(ID)I %%|ID %|",
                "%(R2D2)I|52324432|hex",
                "no directives|no directives|rot13",
                "%(ID)I|error: build-id: unsupported encoding: rot13|rot13",
                "id: %I|error: build-id: no sub meta 'id_format'|",
                "%x|error: build-id: Unknown directive 'x' at position 1|",
                "100%|error: build-id: Expected directive after '%' at position 3|",
            })
    void buildIdInResponses(String body, String expected, String encoding) {
        Map<String, String> meta = encoding == null ? Map.of() : Map.of("id_encoding", encoding);
        assertThat(filtered(body, meta)).isEqualTo(expected);
    }

    @Test
    void aResponseHasNoIdOfItsOwn() {
        assertThat(filtered("%I", Map.of("id_format", "x")))
                .isEqualTo("error: build-id: No ID specified and no default ID in context at position 1");
        assertThat(filtered("%I", Map.of("id_format", ""))).isEqualTo("error: build-id: no sub meta 'id_format'");
        assertThat(filtered("", Map.of())).isEmpty();
    }

    private static String filtered(String body, Map<String, String> meta) {
        // Two channels that name it: it must run once.
        var filter = ResponseFilter.of(
                List.of(
                        new ChannelSpec("a", "1", List.of("skip-self", "build-id")),
                        new ChannelSpec("b", "1", List.of("build-id"))),
                meta);
        assertThat(filter.isIdentity()).isFalse();
        try {
            return new String(filter.update(body.getBytes(UTF_8)), UTF_8) + new String(filter.finish(), UTF_8);
        } catch (GripException e) {
            return "error: " + e.text();
        }
    }
}
