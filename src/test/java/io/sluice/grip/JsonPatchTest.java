package io.sluice.grip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchTest {
    /** The examples of RFC 6902, appendix A, and some more. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "{'foo':'bar'}|[{'op':'add','path':'/baz','value':'qux'}]|{'foo':'bar','baz':'qux'}",
                "{'foo':['bar','baz']}|[{'op':'add','path':'/foo/1','value':'qux'}]|{'foo':['bar','qux','baz']}",
                "{'foo':['bar']}|[{'op':'add','path':'/foo/-','value':['abc','def']}]|{'foo':['bar',['abc','def']]}",
                "{'foo':['bar']}|[{'op':'add','path':'/foo/1','value':null}]|{'foo':['bar',null]}",
                "{'baz':'qux','foo':'bar'}|[{'op':'remove','path':'/baz'}]|{'foo':'bar'}",
                "{'foo':['bar','qux','baz']}|[{'op':'remove','path':'/foo/1'}]|{'foo':['bar','baz']}",
                "{'baz':'qux','foo':'bar'}|[{'op':'replace','path':'/baz','value':'boo'}]|{'baz':'boo','foo':'bar'}",
                "{'a':[1,2,3]}|[{'op':'replace','path':'/a/1','value':{'x':[]}}]|{'a':[1,{'x':[]},3]}",
                "{'a':[1]}|[{'op':'replace','path':'','value':7}]|7",
                "{'foo':{'bar':'baz','waldo':'fred'},'qux':{'corge':'grault'}}|[{'op':'move','from':'/foo/waldo','path':'/qux/thud'}]|{'foo':{'bar':'baz'},'qux':{'corge':'grault','thud':'fred'}}",
                "{'foo':['all','grass','cows','eat']}|[{'op':'move','from':'/foo/1','path':'/foo/3'}]|{'foo':['all','cows','eat','grass']}",
                "{'a':[1,2],'b':{}}|[{'op':'move','from':'/a/0','path':'/b/c'}]|{'a':[2],'b':{'c':1}}",
                "{'a':1}|[{'op':'move','from':'/a','path':'/a'}]|{'a':1}",
                "{'a':{'b':1}}|[{'op':'copy','from':'/a','path':'/c'},{'op':'add','path':'/c/d','value':2}]|{'a':{'b':1},'c':{'b':1,'d':2}}",
                "{'fruit':[],'apple':{'x':1}}|[{'op':'copy','from':'/apple','path':'/fruit/-'}]|{'fruit':[{'x':1}],'apple':{'x':1}}",
                "{'a':{'b':1}}|[{'op':'copy','from':'','path':'/c'}]|{'a':{'b':1},'c':{'a':{'b':1}}}",
                "{'baz':'qux','foo':['a',2,'c']}|[{'op':'test','path':'/baz','value':'qux'},{'op':'test','path':'/foo/1','value':2.0}]|{'baz':'qux','foo':['a',2,'c']}",
                "{'foo':null}|[{'op':'test','path':'/foo','value':null}]|{'foo':null}",
                "{'a':{'x':1,'y':[2]}}|[{'op':'test','path':'/a','value':{'y':[2],'x':1}}]|{'a':{'x':1,'y':[2]}}",
                "{'/':9,'~1':10,'':0}|[{'op':'test','path':'/~01','value':10},{'op':'test','path':'/~1','value':9},{'op':'test','path':'/','value':0}]|{'/':9,'~1':10,'':0}",
                "{'n':1.10,'big':123456789012345678901234567890,'small':0.1234567890123456789}|[]|{'n':1.10,'big':123456789012345678901234567890,'small':0.1234567890123456789}",
                "[]|[{'op':'add','path':'/0','value':true,'other':1}]|[true]",
                "1|[{'op':'add','path':'','value':{}}]|{}",
            })
    void patches(String document, String patch, String expected) throws GripException {
        assertThat(JsonPatch.apply(quotes(document), quotes(patch))).isEqualTo(quotes(expected));
    }

    @Test
    void theNewlineAtTheEndIsKept() throws GripException {
        assertThat(JsonPatch.apply("{ \"a\": 1 }\n", "[]")).isEqualTo("{\"a\":1}\n");
        assertThat(JsonPatch.apply("{ \"a\": 1 }\r\n", "[]")).isEqualTo("{\"a\":1}\n");
        assertThat(JsonPatch.apply("{ \"a\": 1 }", "[]")).isEqualTo("{\"a\":1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "x|[]|document is not valid JSON",
                "|[]|document is not valid JSON",
                "{} {}|[]|document is not valid JSON",
                "{'a':1e99999999999}|[]|document is not valid JSON",
                "{}|x|patch is not valid JSON",
                "{}|{}|patch is not a list",
                "{}|[1]|invalid op",
                "{}|[{}]|op does not contain 'op'",
                "{}|[{'op':1}]|op contains 'op' with wrong type",
                "{}|[{'op':'add'}]|op does not contain 'path'",
                "{}|[{'op':'add','path':'/a'}]|op does not contain 'value'",
                "{}|[{'op':'spam','path':'/a'}]|unsupported op: spam",
                "{}|[{'op':'add','path':'a','value':1}]|invalid pointer: a",
                "{}|[{'op':'add','path':'/~2','value':1}]|invalid pointer: /~2",
                "{}|[{'op':'add','path':'/~','value':1}]|invalid pointer: /~",
                "{}|[{'op':'add','path':'/a/b','value':1}]|location does not exist",
                "{'a':1}|[{'op':'add','path':'/a/b','value':1}]|location does not exist",
                "{}|[{'op':'remove','path':'/a'}]|location does not exist",
                "{}|[{'op':'remove','path':''}]|cannot remove the document",
                "{}|[{'op':'replace','path':'/a','value':1}]|location does not exist",
                "[1]|[{'op':'add','path':'/2','value':1}]|location does not exist",
                "[1]|[{'op':'remove','path':'/1'}]|location does not exist",
                "[1]|[{'op':'remove','path':'/-'}]|location does not exist",
                "[1]|[{'op':'remove','path':'/00'}]|location does not exist",
                "[1]|[{'op':'remove','path':'/-1'}]|location does not exist",
                "[1]|[{'op':'remove','path':'/99999999999999999999'}]|location does not exist",
                "{'a':{}}|[{'op':'move','from':'/a','path':'/a/b'}]|cannot move location into itself",
                "{'a':{}}|[{'op':'move','from':'','path':'/a/b'}]|cannot move location into itself",
                "{'a':1}|[{'op':'test','path':'/a','value':'1'}]|tested values are not equal",
                "{'a':[1]}|[{'op':'test','path':'/a','value':[1,2]}]|tested values are not equal",
                "{'a':null}|[{'op':'test','path':'/b','value':null}]|location does not exist",
            })
    void patchesThatFail(String document, String patch, String message) {
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> JsonPatch.apply(quotes(document == null ? "" : document), quotes(patch)))
                .withMessage(message);
    }

    @Test
    void patchesThatGrowWithoutEndAreRefused() {
        var doubling = new ArrayList<String>();
        for (int i = 0; i < 40; i++) {
            doubling.add("{\"op\":\"copy\",\"from\":\"\",\"path\":\"/" + i + "\"}");
        }
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> JsonPatch.apply("{}", "[" + String.join(",", doubling) + "]"))
                .withMessage("patch copies too much");
        String deep = "{\"a\":".repeat(900) + "1" + "}".repeat(900);
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> JsonPatch.apply(
                        deep, "[{\"op\":\"copy\",\"from\":\"\",\"path\":\"" + "/a".repeat(900) + "\"}]"))
                .withMessage("patched document is nested too deeply");
    }

    @Property(tries = 2000)
    void anyPatchIsAppliedOrRefused(
            @ForAll("documents") String document, @ForAll("operations") List<String> operations) {
        String patch = "[" + String.join(",", operations) + "]";
        String result;
        try {
            result = JsonPatch.apply(document, patch);
        } catch (GripException e) {
            assertThat(e.text()).isNotEmpty();
            return;
        }
        try {
            assertThat(JsonPatch.apply(result, "[]")).isEqualTo(result);
        } catch (GripException e) {
            throw new AssertionError(result, e);
        }
    }

    @Property
    void anyTextIsRefused(@ForAll String document, @ForAll String patch) {
        try {
            assertThat(JsonPatch.apply(document, patch)).isNotEmpty();
        } catch (GripException e) {
            assertThat(e.text()).isNotEmpty();
        }
    }

    @Property
    void addAndRemoveLeaveNothing(@ForAll String name, @ForAll("documents") String value) throws GripException {
        if (name.chars().anyMatch(c -> Character.isSurrogate((char) c))) {
            return;
        }
        String path = new JsonArray()
                .add("/" + name.replace("~", "~0").replace("/", "~1"))
                .encode();
        path = path.substring(1, path.length() - 1);
        String patch = "[{\"op\":\"add\",\"path\":" + path + ",\"value\":" + value + "},{\"op\":\"test\",\"path\":"
                + path + ",\"value\":" + value + "},{\"op\":\"remove\",\"path\":" + path + "}]";
        assertThat(JsonPatch.apply("{}", patch)).isEqualTo("{}");
    }

    @Provide
    Arbitrary<String> documents() {
        return JsonShapes.of("a", "b", "", "0", "~/");
    }

    @Provide
    Arbitrary<List<String>> operations() {
        Arbitrary<String> ops = Arbitraries.of("add", "remove", "replace", "move", "copy", "test");
        Arbitrary<String> paths = Arbitraries.of("a", "b", "", "0", "1", "-", "~0~1")
                .list()
                .ofMaxSize(3)
                .map(names -> names.isEmpty() ? "" : "/" + String.join("/", names));
        return Combinators.combine(ops, paths, paths, documents())
                .as((op, path, from, value) -> "{\"op\":\"" + op + "\",\"path\":\"" + path + "\",\"from\":\"" + from
                        + "\",\"value\":" + value + "}")
                .list()
                .ofMaxSize(5);
    }

    private static String quotes(String text) {
        return text.replace('\'', '"');
    }
}
