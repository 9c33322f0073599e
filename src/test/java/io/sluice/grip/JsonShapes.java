package io.sluice.grip;

import io.vertx.core.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** JSON documents made of the names that a parser looks for, with values of any type behind each. */
final class JsonShapes {
    private record Member(String name, @Nullable Object value) {}

    private JsonShapes() {}

    static Arbitrary<String> of(String... names) {
        Arbitrary<@Nullable Object> value = values(Arbitraries.of(names), 4);
        return objects(Arbitraries.of(names), value).map(Json::encode);
    }

    private static Arbitrary<@Nullable Object> values(Arbitrary<String> names, int depth) {
        Arbitrary<@Nullable Object> scalars = Arbitraries.<@Nullable Object>of(
                        true,
                        0,
                        200,
                        -1,
                        1e3,
                        1.5,
                        Long.MAX_VALUE,
                        "",
                        "stream",
                        "send",
                        "close",
                        "a",
                        "a\r\nb",
                        "AAAA")
                .injectNull(0.1);
        if (depth == 0) {
            return scalars;
        }
        Arbitrary<@Nullable Object> deeper = values(names, depth - 1);
        return Arbitraries.oneOf(List.of(
                scalars,
                objects(names, deeper).map(object -> (Object) object),
                objects(names, deeper).map(object -> (Object) object),
                deeper.list().ofMaxSize(3).map(list -> (Object) list)));
    }

    private static Arbitrary<Map<String, @Nullable Object>> objects(
            Arbitrary<String> names, Arbitrary<@Nullable Object> values) {
        // Not names first and as many values then: a flat map builds its inner arbitrary anew for each try.
        return Combinators.combine(names, values)
                .as(Member::new)
                .list()
                .ofMaxSize(5)
                .map(members -> {
                    var object = new LinkedHashMap<String, @Nullable Object>();
                    members.forEach(member -> object.put(member.name, member.value));
                    return object;
                });
    }
}
