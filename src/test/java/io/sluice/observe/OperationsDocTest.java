package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.channel.AloneHomes;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** docs/operations.md and docs/alerts.yaml against what a node shows. */
class OperationsDocTest {
    private static final Path DOCS = Path.of("docs");
    private static final String EXPOSED = new Metrics(new Stats(), new AloneHomes("test"), List::of).text();

    @Test
    void everyMetricIsExplainedAndNoOther() throws IOException {
        assertThat(found("(?m)^\\| `((?:sluice|jvm|process)_[a-z_]+)` \\|", doc()))
                .isEqualTo(found("(?m)^# TYPE (\\S+) ", EXPOSED));
    }

    @Test
    void everyTypeIsAsExposed() throws IOException {
        assertThat(found("(?m)^\\| `((?:sluice|jvm|process)_[a-z_]+` \\| [a-z]+) \\|", doc()).stream()
                        .map(line -> line.replace("` | ", " ")))
                .containsExactlyInAnyOrderElementsOf(found("(?m)^# TYPE (\\S+ \\S+)$", EXPOSED));
    }

    @Test
    void everyReasonForADropIsExplainedAndNoOther() throws IOException {
        String drops = doc().replaceAll("(?s).*\n### Drops\n(.*?)\n### .*", "$1");
        assertThat(found("(?m)^\\| `([a-z_]+)` \\|", drops))
                .isEqualTo(Stream.of(DropReason.values())
                        .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everyAlertIsOfMetricsThatExist() throws IOException {
        var exposed = found("(?m)^([a-z_]+)[ {]", EXPOSED);
        for (Map<String, Object> rule : rules()) {
            var used = found("\\b((?:sluice|jvm|process)_[a-z_]+)", String.valueOf(rule.get("expr")));
            assertThat(exposed).as("%s", rule.get("alert")).containsAll(used);
        }
    }

    @Test
    void everyReasonInAnAlertExists() throws IOException {
        for (Map<String, Object> rule : rules()) {
            for (String reasons : found("reason=~?\"([^\"]+)\"", String.valueOf(rule.get("expr")))) {
                assertThat(EXPOSED)
                        .contains(Stream.of(reasons.split("\\|"))
                                .map(reason -> "{reason=\"" + reason + "\"}")
                                .toList());
            }
        }
    }

    @Test
    void everyAlertHasItsEntryAndNoOther() throws IOException {
        String runbook = doc().replaceAll("(?s).*\n## Alerts\n(.*?)(\n## .*|$)", "$1");
        assertThat(found("(?m)^### (\\S+)$", runbook))
                .isEqualTo(rules().stream()
                        .map(rule -> String.valueOf(rule.get("alert")))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everyAlertNamesItsEntryAndItsUrgency() throws IOException {
        assertThat(rules()).hasSizeGreaterThan(10).allSatisfy(rule -> {
            assertThat(map(rule.get("annotations")))
                    .containsEntry(
                            "runbook",
                            "docs/operations.md#"
                                    + String.valueOf(rule.get("alert")).toLowerCase(Locale.ROOT))
                    .containsKey("summary");
            assertThat(map(rule.get("labels")).get("severity")).isIn("page", "ticket");
        });
    }

    private static String doc() throws IOException {
        return Files.readString(DOCS.resolve("operations.md"));
    }

    private static List<Map<String, Object>> rules() throws IOException {
        var load = new Load(LoadSettings.builder().build());
        var file = map(load.loadFromString(Files.readString(DOCS.resolve("alerts.yaml"))));
        return list(file.get("groups")).stream()
                .flatMap(group -> list(map(group).get("rules")).stream())
                .map(OperationsDocTest::map)
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    private static List<?> list(@Nullable Object value) {
        return (List<?>) Objects.requireNonNull(value);
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
