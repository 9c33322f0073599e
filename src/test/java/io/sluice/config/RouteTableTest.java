package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Route.Protocol;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
    private static final List<String> HOSTS = List.of("*", "h.example");
    private static final List<String> PROTOCOLS = List.of("", ",proto=http", ",proto=ws");
    private static final List<String> TLS = List.of("", ",ssl=yes", ",ssl=no");
    private static final List<String> PATHS = List.of("", ",path_beg=/", ",path_beg=/a", ",path_beg=/a/b");

    private static RouteTable table(String... lines) {
        RoutesFile.Parsed parsed = RoutesFile.parse("routes", Path.of("/"), String.join("\n", lines));
        assertThat(parsed.problems()).isEmpty();
        return parsed.table();
    }

    private static List<String> conditions() {
        var all = new ArrayList<String>();
        for (String host : HOSTS) {
            for (String protocol : PROTOCOLS) {
                for (String tls : TLS) {
                    for (String path : PATHS) {
                        all.add(host + protocol + tls + path);
                    }
                }
            }
        }
        return all;
    }

    /** The rule as the manual says it, by brute force over lines: proto, then path, then ssl. */
    private static String expected(List<String> lines, String host, String path, boolean tls, Protocol protocol) {
        String rules = lines.stream().anyMatch(line -> line.split(",")[0].equals(host)) ? host : "*";
        return lines.stream()
                .filter(line -> line.split(",")[0].equals(rules))
                .filter(line ->
                        !line.contains("proto=") || line.contains("proto=" + (protocol == Protocol.WS ? "ws" : "http")))
                .filter(line -> !line.contains("ssl=") || line.contains("ssl=" + (tls ? "yes" : "no")))
                .filter(line -> path.startsWith(begin(line)))
                .max(Comparator.comparing((String line) -> line.contains("proto="))
                        .thenComparing(line -> begin(line).length())
                        .thenComparing(line -> line.contains("ssl=")))
                .orElse("none");
    }

    private static String begin(String line) {
        int at = line.indexOf("path_beg=");
        return at < 0 ? "" : line.substring(at + "path_beg=".length());
    }

    private static String selected(
            RouteTable table, List<String> lines, String host, String path, boolean tls, Protocol protocol) {
        Route route = table.select(host, path, tls, protocol);
        return route == null ? "none" : lines.get(route.line() - 1);
    }

    /** Any set of conditions, in any order, answers every request as the brute force does. */
    @Property(tries = 600)
    void selection_is_the_manuals_in_any_order(@ForAll("someConditions") List<String> lines) {
        RouteTable table = table(lines.stream().map(line -> line + " a:1").toArray(String[]::new));
        for (String host : List.of("h.example", "other.example")) {
            for (String path : List.of("/", "/a", "/ab", "/a/b/c", "/x", "*")) {
                for (boolean tls : new boolean[] {false, true}) {
                    for (Protocol protocol : Protocol.values()) {
                        assertThat(selected(table, lines, host, path, tls, protocol))
                                .as("%s %s tls=%s %s among %s", host, path, tls, protocol, lines)
                                .isEqualTo(expected(lines, host, path, tls, protocol));
                    }
                }
            }
        }
    }

    @Provide
    Arbitrary<List<String>> someConditions() {
        return Arbitraries.shuffle(conditions())
                .flatMap(all -> Arbitraries.integers().between(1, all.size()).map(n -> all.subList(0, n)));
    }

    @ParameterizedTest
    @CsvSource({
        // path, tls, protocol, id of the route expected
        "/foo,         false, HTTP, path",
        "/foobar,      false, HTTP, path",
        "/foo,         true,  HTTP, path-tls",
        "/other,       true,  HTTP, tls",
        "/other,       false, HTTP, any",
        "/foo,         false, WS,   ws",
        "/foo/deep,    true,  HTTP, deep",
        "/other,       true,  WS,   ws",
    })
    void the_quirk_of_the_file_order_is_gone(String path, boolean tls, Protocol protocol, String id) {
        List<String> lines = List.of(
                "*,id=any a:1",
                "*,ssl=yes,id=tls a:1",
                "*,path_beg=/foo,id=path a:1",
                "*,path_beg=/foo,ssl=yes,id=path-tls a:1",
                "*,path_beg=/foo/deep,id=deep a:1",
                "*,proto=ws,id=ws a:1");
        List<String> reversed = new ArrayList<>(lines);
        java.util.Collections.reverse(reversed);
        for (List<String> order : List.of(lines, reversed)) {
            assertThat(id(table(order.toArray(String[]::new)).select("h", path, tls, protocol)))
                    .as(order.stream().collect(Collectors.joining("; ")))
                    .isEqualTo(id);
        }
    }

    @Test
    void rules_of_a_host_hide_those_of_the_star() {
        RouteTable table = table("* a:1", "h,path_beg=/only a:1");
        assertThat(table.select("h", "/else", false, Protocol.HTTP)).isNull();
        assertThat(table.select("g", "/else", false, Protocol.HTTP)).isNotNull();
    }

    @Test
    void hosts_compare_without_case_and_brackets() {
        RouteTable table = table("Mixed.Example a:1", "[2001:DB8::1] b:1");
        assertThat(table.select("mIXED.eXAMPLE", "/", false, Protocol.HTTP)).isNotNull();
        assertThat(table.select("2001:db8::1", "/", false, Protocol.HTTP)).isNotNull();
        assertThat(table.select("[2001:db8::1]", "/", false, Protocol.HTTP)).isNotNull();
        assertThat(table.select("other", "/", false, Protocol.HTTP)).isNull();
        assertThat(table.select("", "/", false, Protocol.HTTP)).isNull();
    }

    @Test
    void a_client_cannot_name_the_star() {
        assertThat(id(table("*,id=star a:1").select("*", "/", false, Protocol.HTTP)))
                .isEqualTo("star");
        assertThat(table("id=only a:1").select("*", "/", false, Protocol.HTTP)).isNull();
        assertThat(table("id=only a:1").select("", "/", false, Protocol.HTTP)).isNull();
    }

    @Test
    void an_id_finds_its_route_when_the_path_fits() {
        RouteTable table = table("h,id=x,path_beg=/a a:1", ",id=y b:1", "* c:1");
        assertThat(id(table.byId("x", "/abc"))).isEqualTo("x");
        assertThat(table.byId("x", "/b")).isNull();
        assertThat(id(table.byId("y", "/b"))).isEqualTo("y");
        assertThat(table.byId("*,*,*,*", "/b"))
                .as("automatic ids are not for clients")
                .isNull();
        assertThat(table.size()).isEqualTo(3);
    }

    private static String id(@Nullable Route route) {
        return route == null ? "none" : route.id();
    }
}
