package io.sluice.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Route;
import io.sluice.config.Settings;
import io.sluice.config.Settings.ForwardedProto;
import io.sluice.config.Target;
import io.sluice.grip.Feature;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingHeadersTest {
    private static final Target TARGET = Fixtures.target(8000);
    private static final Route ROUTE = Fixtures.route(TARGET);

    private static Settings.Grip grip(
            ForwardedProto proto, boolean accept, String forwardedFor, boolean acceptRoute, String cdnLoop) {
        return new Settings.Grip(
                "pushpin",
                "",
                "",
                false,
                false,
                accept,
                proto,
                forwardedFor,
                "truncate:1,append",
                List.of("X-Real"),
                acceptRoute,
                cdnLoop,
                Path.of(""));
    }

    private static OutgoingHeaders rewriting(Settings.Grip grip) {
        return new OutgoingHeaders(grip, route -> "signed");
    }

    private static OutgoingHeaders rewriting() {
        return rewriting(Fixtures.grip());
    }

    private static OriginRequest request(Headers headers, Route route, boolean trusted) {
        return new OriginRequest(
                "GET",
                new ClientUri("https", "example.com", "/"),
                headers,
                RequestBody.EMPTY,
                route,
                route.targets(),
                "192.0.2.1",
                trusted,
                Headers.EMPTY);
    }

    private static Headers sent(OutgoingHeaders rewriting, Route route, boolean trusted, String... headers) {
        return rewriting.rewrite(request(Headers.of(headers), route, trusted)).headers();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Keep-Alive",
                "TE",
                "trailer",
                "Transfer-Encoding",
                "Upgrade",
                "HTTP2-Settings",
                "Expect",
                "Content-Length",
                "Host",
                "Proxy",
                "Proxy-Authorization",
                "proxy-connection",
                "Grip-Sig",
                "grip-feature",
                "Grip-Last",
                "Grip-Anything",
                "eb9bf0f5-X",
                "X-Forwarded-Proto",
                "X-Forwarded-Protocol"
            })
    void these_do_not_pass(String name) {
        assertThat(sent(rewriting(), ROUTE, false, name, "client's").lines())
                .noneMatch(line -> line.value().equals("client's"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept-Encoding",
                "Content-Encoding",
                "Cookie",
                "Authorization",
                "Pushpin-Route",
                "CDN-Loop",
                "Via",
                "X-Forwarded-For",
                "Content-Type",
                "Last-Event-ID"
            })
    void these_pass(String name) {
        Headers out = sent(rewriting(), ROUTE, false, name, "one", name, "two");
        assertThat(out.all(name)).containsExactly("one", "two");
    }

    @Test
    void headers_named_by_connection_do_not_pass() {
        Headers out = sent(
                rewriting(),
                ROUTE,
                false,
                "Connection",
                "close, X-Hop",
                "connection",
                " x-other ",
                "X-Hop",
                "1",
                "X-Other",
                "2",
                "X-Stay",
                "3");
        assertThat(out.contains("X-Hop")).isFalse();
        assertThat(out.contains("X-Other")).isFalse();
        assertThat(out.first("X-Stay")).isEqualTo("3");
    }

    @Test
    void origins_learn_what_the_proxy_can_do() {
        Headers out = sent(rewriting(), ROUTE, false);
        assertThat(out.all("Grip-Sig")).containsExactly("signed");
        assertThat(out.all("Grip-Feature"))
                .containsExactly(
                        "status, session, link:next, link:gone, filter:skip-self, filter:skip-users,"
                                + " filter:require-sub, filter:build-id, filter:var-subst, filter:http-check, filter:http-modify");
    }

    @Test
    void a_route_without_grip_gets_no_grip_headers() {
        Route route = Fixtures.route("", null, 0, null, List.of(), false, true, TARGET);
        assertThat(sent(rewriting(), route, false, "Grip-Sig", "client's").lines())
                .noneMatch(line -> line.name().startsWith("Grip-"));
    }

    @Test
    void a_trusted_proxy_keeps_its_own_grip_headers() {
        Headers out = sent(rewriting(), ROUTE, true, "Grip-Sig", "its", "Grip-Last", "a; last-id=1");
        assertThat(out.all("Grip-Sig")).containsExactly("its");
        assertThat(out.first("Grip-Last")).isEqualTo("a; last-id=1");
        assertThat(out.contains("Grip-Feature")).isFalse();
    }

    @Test
    void a_retry_says_what_it_has_seen() {
        var request = new OriginRequest(
                "GET",
                new ClientUri("http", "h", "/"),
                Headers.EMPTY,
                RequestBody.EMPTY,
                ROUTE,
                ROUTE.targets(),
                "p",
                false,
                Headers.of("Grip-Last", "a; last-id=1", "Grip-Last", "b; last-id=2"));
        assertThat(rewriting().rewrite(request).headers().all("Grip-Last"))
                .containsExactly("a; last-id=1", "b; last-id=2");
    }

    @Test
    void the_route_sets_and_removes_headers_but_no_grip_ones() {
        var rules = List.of(
                new Route.HeaderRule("X-Set", "new"),
                new Route.HeaderRule("Cookie", ""),
                new Route.HeaderRule("Grip-Own", "x"));
        Route route = Fixtures.route("", null, 0, null, rules, false, false, TARGET);
        Headers out = sent(rewriting(), route, false, "X-Set", "old", "x-set", "older", "Cookie", "secret");
        assertThat(out.all("X-Set")).containsExactly("new");
        assertThat(out.contains("Cookie")).isFalse();
        assertThat(out.contains("Grip-Own")).isFalse();
    }

    @Test
    void original_headers_are_marked_where_asked() {
        Route route = Fixtures.route("", null, 0, null, List.of(), true, false, TARGET);
        var rewriting = rewriting(grip(ForwardedProto.FALSE, false, "", false, ""));
        String mark = OutgoingHeaders.MARK;
        Headers out = sent(
                rewriting, route, false, "Cookie", "c", "X-Real", "r", mark + "X-Real", "marked", mark + "Fake", "f");
        assertThat(out.first("Cookie")).isEqualTo("c");
        assertThat(out.first(mark + "Cookie")).isEqualTo("c");
        assertThat(out.all(mark + "X-Real")).containsExactly("marked");
        assertThat(out.contains(mark + "Fake")).isFalse();
        assertThat(sent(rewriting, route, true, mark + "X", "1").first(mark + "X"))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({
        "PROTO_ONLY,false,https,,https",
        "PROTO_ONLY,true,http,,",
        "TRUE,false,https,https,https",
        "TRUE,false,http,,",
        "FALSE,false,https,old,old",
        "FALSE,true,https,,",
    })
    void the_scheme_is_told_as_configured(
            ForwardedProto rule, boolean accept, String scheme, String legacy, String proto) {
        var request = new OriginRequest(
                "GET",
                new ClientUri(scheme, "h", "/"),
                Headers.of("X-Forwarded-Proto", "old", "X-Forwarded-Protocol", "old"),
                RequestBody.EMPTY,
                ROUTE,
                ROUTE.targets(),
                "p",
                false,
                Headers.EMPTY);
        Headers out =
                rewriting(grip(rule, accept, "", false, "")).rewrite(request).headers();
        assertThat(out.first("X-Forwarded-Proto")).isEqualTo(proto);
        assertThat(out.first("X-Forwarded-Protocol")).isEqualTo(legacy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                 | a, b | c  | a, b;c",
                "append             | a, b | c  | a, b, c, 192.0.2.1",
                "truncate:0         | a, b | c  | ",
                "truncate:0, append | a, b | c  | 192.0.2.1",
                "truncate:2,append  | a, b | c  | b, c, 192.0.2.1",
                "truncate:9         | a,,b | '' | a, b",
            })
    void forwarded_for_follows_the_rule(String rule, String first, String second, String expected) {
        Headers out = ForwardedFor.parse(rule)
                .apply(Headers.of("X-Forwarded-For", first, "x-forwarded-for", second), "192.0.2.1");
        assertThat(String.join(";", out.all("X-Forwarded-For"))).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void trusted_proxies_have_a_rule_of_their_own() {
        var rewriting = rewriting(grip(ForwardedProto.FALSE, false, "truncate:0", false, ""));
        assertThat(sent(rewriting, ROUTE, false, "X-Forwarded-For", "a, b").contains("X-Forwarded-For"))
                .isFalse();
        assertThat(sent(rewriting, ROUTE, true, "X-Forwarded-For", "a, b").first("X-Forwarded-For"))
                .isEqualTo("b, 192.0.2.1");
    }

    @Test
    void options_add_cdn_loop_and_hide_the_route_asked_for() {
        var rewriting = rewriting(grip(ForwardedProto.FALSE, false, "", true, "sluice"));
        Headers out = sent(rewriting, ROUTE, false, "CDN-Loop", "a", "cdn-loop", "b", "Pushpin-Route", "x");
        assertThat(out.all("CDN-Loop")).containsExactly("a, b, sluice");
        assertThat(out.contains("Pushpin-Route")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "/a/b?q=1 | ''  | 0   | -    | /a/b?q=1",
                "/a/b?q=1 | ''  | 2   | -    | /b?q=1",
                "/a?q=1   | ''  | 2   | -    | /?q=1",
                "/a?q=1   | ''  | 100 | -    | /?q=1",
                "/a/b     | /a  | 0   | /x/y | /x/y/b",
                "/a/b     | /a/ | 0   | /    | /b",
                "/a/b     | /a  | 0   | ''   | /b",
                "/a/b     | /b  | 2   | /c   | /c",
                "*        | ''  | 0   | -    | *",
                "/a b     | ''  | 0   | -    | /a%20b",
                "/\u00e9  | ''  | 0   | -    | /%E9",
            })
    void the_path_is_rewritten(String path, String begin, int remove, String replacement, String expected) {
        Route route = Fixtures.route(begin, null, remove, replacement, List.of(), false, false, TARGET);
        assertThat(OutgoingHeaders.path(path, route)).isEqualTo(expected);
    }

    @Test
    void the_host_is_the_targets_the_routes_or_the_clients() {
        var own = new Target(
                false, "10.0.0.1", 80, false, false, false, null, null, "target:81", false, false, false, List.of());
        Route plain = Fixtures.route(TARGET);
        Route pretending = Fixtures.route("", "other:82", 0, null, List.of(), false, false, TARGET);
        assertThat(rewriting().rewrite(request(Headers.EMPTY, plain, false)).host(TARGET))
                .isEqualTo("example.com");
        assertThat(rewriting()
                        .rewrite(request(Headers.EMPTY, pretending, false))
                        .host(TARGET))
                .isEqualTo("other:82");
        assertThat(rewriting()
                        .rewrite(request(Headers.EMPTY, pretending, false))
                        .host(own))
                .isEqualTo("target:81");
    }

    @Test
    void a_request_of_our_own_takes_the_route_along_but_no_peer() {
        var rules = List.of(new Route.HeaderRule("X-Set", "new"));
        Route route = Fixtures.route("/a", null, 0, "/b", rules, false, false, TARGET);
        var request = new SessionRequest(
                "GET",
                new ClientUri("https", "h", "/a/next?x=1"),
                Headers.of("Grip-Last", "c; last-id=1"),
                new byte[0],
                route,
                new ClientUri("https", "h", "/a/"),
                "192.0.2.1",
                false);
        var rewriting = rewriting(grip(ForwardedProto.PROTO_ONLY, false, "append", false, ""));
        assertThat(rewriting.rewrite(request))
                .isEqualTo(new Outgoing(
                        "GET",
                        "/b/next?x=1",
                        "h",
                        Headers.of(
                                "Grip-Last",
                                "c; last-id=1",
                                "X-Set",
                                "new",
                                "Grip-Sig",
                                "signed",
                                "Grip-Feature",
                                Feature.VALUE,
                                "X-Forwarded-Proto",
                                "https")));
        assertThat(rewriting.direct(request))
                .isEqualTo(new Outgoing(
                        "GET",
                        "/a/next?x=1",
                        "h",
                        Headers.of("Grip-Last", "c; last-id=1", "Grip-Sig", "signed", "Grip-Feature", Feature.VALUE)));
    }

    @Property
    void nothing_that_goes_out_is_two_lines(
            @ForAll String name, @ForAll String value, @ForAll String path, @ForAll String authority) {
        var rules = List.of(new Route.HeaderRule(name, value));
        Route route = Fixtures.route("", authority, 0, path, rules, false, false, TARGET);
        var request = new OriginRequest(
                "GET",
                new ClientUri("http", authority, "/" + path),
                Headers.copyOf(List.of(new Header(name, value))),
                RequestBody.EMPTY,
                route,
                route.targets(),
                value,
                false,
                Headers.of("Grip-Last", value));
        Outgoing out = rewriting(grip(ForwardedProto.TRUE, false, "append", false, value))
                .rewrite(request);
        assertThat(out.path()).matches("[!-~]+");
        assertThat(out.host(TARGET)).matches("[\\t -~\\u0080-\\u00ff]*");
        for (Header line : out.headers()) {
            assertThat(line.name()).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
            assertThat(line.value()).matches("[\\t -~\\u0080-\\u00ff]*");
        }
    }
}
