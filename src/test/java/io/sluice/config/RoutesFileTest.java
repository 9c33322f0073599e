package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.config.Problem.Severity;
import io.sluice.config.Route.HeaderRule;
import io.sluice.config.Route.Jsonp;
import io.sluice.config.Route.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RoutesFileTest {
    private static final Path BASE = Path.of("/nowhere");

    private static RoutesFile.Parsed parse(String text) {
        return RoutesFile.parse("routes", BASE, text);
    }

    private static Route one(String line) {
        RoutesFile.Parsed parsed = parse(line);
        assertThat(parsed.routes()).as("%s gives %s", line, parsed.problems()).hasSize(1);
        return parsed.routes().get(0);
    }

    private static List<String> texts(String text) {
        return parse(text).problems().stream().map(Problem::toString).toList();
    }

    @Test
    void the_smallest_route_has_the_defaults() {
        assertThat(one("* localhost:8000"))
                .isEqualTo(new Route(
                        "*,*,*,*",
                        false,
                        "*",
                        null,
                        null,
                        "",
                        null,
                        null,
                        "",
                        false,
                        null,
                        0,
                        null,
                        List.of(),
                        false,
                        false,
                        new Jsonp(true, "callback", null, null, "GET"),
                        false,
                        false,
                        null,
                        List.of(target("localhost", 8000)),
                        null,
                        1));
    }

    private static Target target(String host, int port) {
        return new Target(false, host, port, false, false, false, null, null, null, false, false, false, List.of());
    }

    @Test
    void every_condition_parameter_is_read() {
        Route route = one(
                "Example.COM,proto=ws,ssl=yes,path_beg=/a,id=x,sig_iss=me,sig_key=secret,prefix=p-,"
                        + "orig_headers,as_host=other:81,path_rem=3,replace_beg=/b,header=\"X-One:  1\",header=X-Two:,debug,aco,"
                        + "jsonp_mode=basic,jsonp_cb=cb,jsonp_body=b,jsonp_defcb=d,jsonp_defmethod=PUT,no_grip,compression,log_level=3 a:1");
        assertThat(route)
                .isEqualTo(new Route(
                        "x",
                        true,
                        "example.com",
                        Protocol.WS,
                        true,
                        "/a",
                        "me",
                        "secret",
                        "p-",
                        true,
                        "other:81",
                        3,
                        "/b",
                        List.of(new HeaderRule("X-One", "1"), new HeaderRule("X-Two", "")),
                        true,
                        true,
                        new Jsonp(false, "cb", "b", "d", "PUT"),
                        true,
                        true,
                        3,
                        List.of(target("a", 1)),
                        null,
                        1));
    }

    @Test
    void every_target_parameter_is_read(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("c.pem"), "cert");
        Files.writeString(directory.resolve("k.pem"), "key");
        RoutesFile.Parsed parsed = RoutesFile.parse(
                "routes",
                directory,
                "* [2001:db8::1]:8443,ssl,insecure,trust_connect_host,client_cert=c.pem,client_key=k.pem,"
                        + "host=o.example:9,untrusted,over_http,one_event,sub=a,sub=b,sub= test");
        assertThat(parsed.routes()).hasSize(1);
        assertThat(parsed.routes().get(0).targets().get(0))
                .isEqualTo(new Target(
                        false,
                        "2001:db8::1",
                        8443,
                        true,
                        true,
                        true,
                        directory.resolve("c.pem").toString(),
                        directory.resolve("k.pem").toString(),
                        "o.example:9",
                        true,
                        true,
                        true,
                        List.of("a", "b")));
        assertThat(parsed.routes().get(0).targets().get(1).test()).isTrue();
        assertThat(parsed.problems()).isEmpty();
    }

    @Test
    void quotes_keep_blanks_commas_hashes_and_escapes() {
        Route route = one("*,header=\"X-A: a, b # \\\"c\\\" \\\\\",prefix=\"a b\" \"a\":1,sub=x\"y z\"");
        assertThat(route.headers()).containsExactly(new HeaderRule("X-A", "a, b # \"c\" \\"));
        assertThat(route.prefix()).isEqualTo("a b");
        assertThat(route.targets().get(0).implicitChannels()).containsExactly("xy z");
    }

    @Test
    void blank_lines_comments_tabs_and_dos_line_ends_are_fine() {
        RoutesFile.Parsed parsed =
                parse("\uFEFF# all\r\n\r\n  \t* \t a:1   # first\r\n   # more\nb,debug#x\nexample.com b:2#c");
        assertThat(parsed.routes()).extracting(Route::line).containsExactly(3, 6);
        assertThat(parsed.problems()).extracting(Problem::line).containsExactly(5);
    }

    @Test
    void a_route_may_have_only_an_id() {
        assertThat(one("id=x a:1").host()).isEmpty();
        assertThat(one(",id=x a:1").id()).isEqualTo("x");
        assertThat(texts(",debug a:1")).containsExactly("routes:1: condition has no domain or id");
        assertThat(texts(",id= a:1")).containsExactly("routes:1: condition has no domain or id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "* a:1 | *,*,*,*",
                "h,proto=http a:1 | h,http,*,*",
                "h,proto=ws,ssl=yes a:1 | h,ws,ssl,*",
                "h,ssl=no,path_beg=/a a:1 | h,*,no-ssl,/a"
            })
    void an_automatic_id_says_the_condition(String line, String id) {
        assertThat(one(line.strip()).id()).isEqualTo(id.strip());
    }

    static Stream<Arguments> wrongLines() {
        return Stream.of(
                arguments("*", "must specify condition and at least one target"),
                arguments("* a:1,sub=\"x", "unterminated quote"),
                arguments("* a:1,sub=\"x\\", "unterminated quote"),
                arguments("* a:1,sub=\"x\\n\"", "only \\\" and \\\\ can be escaped between quotes"),
                arguments("*,, a:1", "expecting prop"),
                arguments("*, a:1", "expecting prop"),
                arguments("*,=x a:1", "empty prop name"),
                arguments("=x a:1", "empty prop name"),
                arguments("*,proto=tcp a:1", "proto must be set to 'http' or 'ws'"),
                arguments("*,proto a:1", "proto must be set to 'http' or 'ws'"),
                arguments("*,ssl=on a:1", "ssl must be set to 'yes' or 'no'"),
                arguments("*,path_beg= a:1", "path_beg cannot be empty"),
                arguments("*,path_beg a:1", "path_beg cannot be empty"),
                arguments("*,jsonp_mode=x a:1", "jsonp_mode must be set to 'basic' or 'extended'"),
                arguments("*,jsonp_defmethod=\"a b\" a:1", "jsonp_defmethod must be a method"),
                arguments("*,header=x a:1", "header must use format 'name:value'"),
                arguments("*,header=:x a:1", "header must use format 'name:value'"),
                arguments("*,header=\"a b:x\" a:1", "header name 'a b' has a character that header names cannot have"),
                arguments("*,header=A:\"x\ry\" a:1", "control character \\u000d in 'header'"),
                arguments("*,header=A:x\u0000 a:1", "control character \\u0000 in 'header'"),
                arguments("*,prefix=\u007f a:1", "control character \\u007f in 'prefix'"),
                arguments("* a:1,sub=\u0085", "control character \\u0085 in 'sub'"),
                arguments("*,path_rem=x a:1", "path_rem must be a number from 0 to 65536"),
                arguments("*,path_rem=-1 a:1", "path_rem must be a number from 0 to 65536"),
                arguments("*,log_level=5 a:1", "log_level must be a number from 0 to 4"),
                arguments("*,as_host=a/b a:1", "as_host must be a host or host:port"),
                arguments("*,as_host=a:0 a:1", "as_host's port must be a number from 1 to 65535"),
                arguments("* a", "target bad format"),
                arguments("* :1", "target bad format"),
                arguments("* [::1", "target bad format"),
                arguments("* [a]:1", "target bad format"),
                arguments("* []:1", "target bad format"),
                arguments("* a/b:1", "target bad format"),
                arguments("* a:0", "target invalid port"),
                arguments("* a:65536", "target invalid port"),
                arguments("* a:", "target invalid port"),
                arguments("* ::1", "target bad format"),
                arguments("* a:1 b", "target bad format"),
                arguments("* zhttp/tcp://1.2.3.4:5", "target 'zhttp/tcp://1.2.3.4:5' is not supported: ZHTTP"),
                arguments("* zhttpreq/ipc://x", "target 'zhttpreq/ipc://x' is not supported: ZHTTP"),
                arguments("* a:1,client_cert=x", "client_cert: cannot read /nowhere/x"));
    }

    @ParameterizedTest
    @MethodSource("wrongLines")
    void a_wrong_line_is_reported_and_skipped_and_the_others_stand(String line, String reason) {
        RoutesFile.Parsed parsed = parse("first a:1\n" + line + "\nlast a:1");
        assertThat(parsed.routes()).extracting(Route::host).containsExactly("first", "last");
        assertThat(parsed.problems()).containsExactly(Problem.error("routes", 2, reason));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*,pathbeg=/x a:1 | unknown parameter 'pathbeg' has no effect (did you mean 'path_beg'?)",
                "*,wobble a:1 | unknown parameter 'wobble' has no effect",
                "* a:1,shl | unknown parameter 'shl' has no effect (did you mean 'ssl'?)",
                "*,session a:1 | 'session' is not supported and has no effect",
                "*,sockjs=/s a:1 | 'sockjs' is not supported and has no effect",
                "*,sockjs_as_path=/s a:1 | 'sockjs_as_path' is not supported and has no effect",
                "* a:1,ipc_file_mode=666 | 'ipc_file_mode' is not supported and has no effect",
                "*,debug=no a:1 | 'debug' takes no value and is on, 'no' has no effect",
                "*,sig_key=file:none.pem a:1 | sig_key: cannot read /nowhere/none.pem"
            })
    void a_parameter_without_effect_is_reported_by_name_and_the_line_stands(String line, String reason) {
        RoutesFile.Parsed parsed = parse(line.strip());
        assertThat(parsed.routes()).hasSize(1);
        assertThat(parsed.problems()).containsExactly(Problem.warning("routes", 1, reason.strip()));
        assertThat(parsed.problems()).allMatch(Problem::failsCheck);
    }

    @Test
    void a_duplicate_condition_is_skipped() {
        RoutesFile.Parsed parsed = parse("h,path_beg=/a a:1\nH,path_beg=/a b:1\nh,path_beg=/a,ssl=no c:1\n"
                + "id=x a:1\nid=y a:1\nh,path_beg=/a,proto=http d:1\nh,proto=http,path_beg=/a e:1");
        assertThat(parsed.routes()).extracting(Route::line).containsExactly(1, 3, 4, 5, 6);
        assertThat(parsed.problems())
                .containsExactly(
                        Problem.error("routes", 2, "skipping duplicate condition"),
                        Problem.error("routes", 7, "skipping duplicate condition"));
    }

    @Test
    void a_duplicate_id_finds_no_route_but_hosts_do() {
        RoutesFile.Parsed parsed = parse("a,id=x a:1\nb,id=x b:1\nc,id=y c:1\nd,id=x c:1");
        RouteTable table = parsed.table();
        assertThat(table.byId("x", "/")).isNull();
        assertThat(table.byId("y", "/")).isNotNull();
        assertThat(table.select("b", "/", false, Protocol.HTTP)).isNotNull();
        assertThat(parsed.problems()).extracting(Problem::line).containsExactly(2, 4);
    }

    @Test
    void a_key_file_is_relative_to_the_routes_file() {
        assertThat(one("*,sig_key=file:keys/k.pem a:1").sigKey()).isEqualTo("file:/nowhere/keys/k.pem");
        assertThat(one("*,sig_key=base64:aGk= a:1").sigKey()).isEqualTo("base64:aGk=");
    }

    @Test
    void lines_of_the_command_line_are_numbered() {
        RoutesFile.Parsed parsed = RoutesFile.parseLines("--route", List.of("* a:1", "nonsense"));
        assertThat(parsed.routes()).hasSize(1);
        assertThat(parsed.problems().get(0)).hasToString("--route:2: must specify condition and at least one target");
    }

    @Property(tries = 3000)
    void no_text_makes_the_parser_throw(@ForAll String text) {
        check(text);
    }

    @Property(tries = 3000)
    void no_almost_right_text_makes_the_parser_throw(@ForAll("almostRoutes") String text) {
        check(text);
    }

    /** Each line becomes a route, or is reported, or is blank or a comment. */
    private static void check(String text) {
        RoutesFile.Parsed parsed = parse(text);
        String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            int number = i + 1;
            String bare = (i == 0 ? lines[i].replaceFirst("^\uFEFF", "") : lines[i]).replaceFirst("^[ \t]+", "");
            boolean told = parsed.routes().stream().anyMatch(route -> route.line() == number)
                    || parsed.problems().stream()
                            .anyMatch(problem -> problem.line() == number && problem.severity() == Severity.ERROR);
            assertThat(told).as("line %s: [%s]", number, bare).isEqualTo(!bare.isEmpty() && bare.charAt(0) != '#');
        }
        for (Route route : parsed.routes()) {
            assertThat(route.targets()).isNotEmpty();
            assertThat(route.headers())
                    .noneMatch(rule -> (rule.name() + rule.value()).chars().anyMatch(c -> c < 0x20 && c != 9));
        }
    }

    @Provide
    Arbitrary<String> almostRoutes() {
        return Arbitraries.of(
                        "*",
                        " ",
                        ",",
                        "=",
                        "\"",
                        "\\",
                        "#",
                        "\n",
                        "\r",
                        "\t",
                        "test",
                        "a:1",
                        "[::1]:2",
                        "proto=ws",
                        "ssl=yes",
                        "path_beg=/a",
                        "id=x",
                        "header=A:b",
                        "path_rem=1",
                        "log_level=2",
                        "as_host=",
                        "zhttp/",
                        "sub=",
                        "host=",
                        "over_http",
                        "client_cert=x",
                        "sig_key=file:\0",
                        "\uD800")
                .list()
                .ofMaxSize(16)
                .map(parts -> String.join("", parts));
    }
}
