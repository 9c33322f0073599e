package io.sluice.grip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderElementTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "a|a",
                "a, b|a/b",
                " a ,, b ,|a/b",
                "a; x=1|a[x=1]",
                "a; x=1; x=2, b|a[x=1,x=2]/b",
                "a;x = 1 ; flag ;|a[x=1,flag=]",
                "a; x=\"1, 2; 3\", b|a[x=1, 2; 3]/b",
                "a; x= \"1\"|a[x=1]",
                "a; x=\"q\\\"q\\\\\"|a[x=q\"q\\]",
                "a; x=\"1\" junk; y=2|a[x=1,y=2]",
                "a, b; x=\"open, c|a",
                "a, b\"open, c|a",
                "a, b; x=\"open\\|a",
                "\"a;b\"; x=1|\"a[b\"=,x=1]",
            })
    void listsAreReadLeniently(String line, String expected) {
        assertThat(show(HeaderElement.parseList(List.of(line)))).isEqualTo(expected);
    }

    @Test
    void linesOfOneNameAreOneList() {
        assertThat(show(HeaderElement.parseList(List.of("a, b\"", "c")))).isEqualTo("a/c");
    }

    @Test
    void aSingleElementKeepsItsCommas() {
        HeaderElement element = HeaderElement.parseSingle("a, b; x=1,2");
        assertThat(element).isNotNull();
        assertThat(show(List.of(element))).isEqualTo("a, b[x=1,2]");
        assertThat(element.parameter("X")).isEqualTo("1,2");
        assertThat(HeaderElement.parseSingle("a; x=\"")).isNull();
    }

    @Test
    void ofPairsTheFirstCounts() {
        assertThat(HeaderElement.parsePairs(List.of("a=b; c=d, e=\"f, g\"", "h")))
                .extracting(pair -> pair.name() + "=" + pair.value())
                .containsExactly("a=b", "e=f, g", "h=");
    }

    @Property
    void nothingIsAnError(@ForAll List<String> lines) {
        assertThat(HeaderElement.parseList(lines)).isNotNull();
        assertThat(HeaderElement.parsePairs(lines)).isNotNull();
        assertThat(GripLast.parse(Headers.of("Grip-Last", String.join(",", lines))))
                .isNotNull();
    }

    @Property
    void lastIdsAreReadBack(@ForAll @NotEmpty String channel, @ForAll @StringLength(min = 1) String id) {
        if (HeaderText.hasControls(channel) || HeaderText.hasControls(id) || unpaired(channel) || unpaired(id)) {
            return;
        }
        Headers headers = GripLast.render(Map.of(channel, id, "other", "1"));
        assertThat(headers.lines()).allMatch(line -> HeaderText.isValue(line.value()));
        assertThat(GripLast.parse(headers)).isEqualTo(Map.of(channel, id, "other", "1"));
    }

    @Test
    void lastIdsAreQuotedOnlyWhenNeeded() {
        assertThat(GripLast.render(Map.of("a-b_c:d e", "x=1%+/")).first("Grip-Last"))
                .isEqualTo("a-b_c:d e; last-id=x=1%+/");
        assertThat(GripLast.render(Map.of("a;b", "x,\"y\\")).first("Grip-Last"))
                .isEqualTo("\"a;b\"; last-id=\"x,\\\"y\\\\\"");
        assertThat(GripLast.render(Map.of("a", ""))).isEqualTo(Headers.EMPTY);
        assertThatIllegalArgumentException().isThrownBy(() -> GripLast.render(Map.of("a\r\nX: y", "1")));
    }

    @Test
    void textTravelsAsUtf8() {
        String wire = HeaderText.encode("grüße €");
        assertThat(wire).isNotEqualTo("grüße €").matches("[\\x00-\\xff]*");
        assertThat(HeaderText.decode(wire)).isEqualTo("grüße €");
        assertThat(HeaderText.decode("gr\u00fc\u00dfe")).isEqualTo("gr\u00fc\u00dfe"); // Latin-1, no UTF-8
        assertThat(GripLast.render(Map.of("ü", "1")).first("Grip-Last")).isEqualTo("\u00c3\u00bc; last-id=1");
    }

    private static boolean unpaired(String text) {
        return text.chars().anyMatch(c -> Character.isSurrogate((char) c));
    }

    private static String show(List<HeaderElement> elements) {
        return String.join(
                "/",
                elements.stream()
                        .map(e -> e.value()
                                + (e.parameters().isEmpty()
                                        ? ""
                                        : "["
                                                + String.join(
                                                        ",",
                                                        e.parameters().stream()
                                                                .map(p -> p.name() + "=" + p.value())
                                                                .toList())
                                                + "]"))
                        .toList());
    }
}
