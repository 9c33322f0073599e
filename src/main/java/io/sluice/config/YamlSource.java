package io.sluice.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads settings in YAML. Works on nodes, not on objects, so that every problem has its line. For one text. */
final class YamlSource {
    private final String source;
    private final Path base;
    private final Values values;
    private final List<Problem> problems;
    private final Set<String> seen = new HashSet<>();

    YamlSource(String source, Path base, Values values, List<Problem> problems) {
        this.source = source;
        this.base = base;
        this.values = values;
        this.problems = problems;
    }

    void read(String text) {
        Optional<Node> root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(source).build()).composeString(text);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            problems.add(Problem.error(source, line, "not YAML: " + firstLine(e.getProblem())));
            return;
        } catch (YamlEngineException e) {
            problems.add(Problem.error(source, 0, "not YAML: " + firstLine(e.getMessage())));
            return;
        }
        if (root.isPresent() && !isNull(root.get())) {
            if (root.get() instanceof MappingNode mapping) {
                walk("", mapping, 0);
            } else {
                error(root.get(), "must be sections with keys, as in conf/sluice.yaml");
            }
        }
    }

    private void walk(String prefix, MappingNode mapping, int depth) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode nameNode)) {
                error(tuple.getKeyNode(), "a key must be a name");
                continue;
            }
            String name = prefix + nameNode.getValue();
            Node value = tuple.getValueNode();
            Key<?> key = Keys.named(name);
            if (key != null) {
                if (!seen.add(name)) {
                    error(nameNode, name + ": stands twice");
                }
                take(key, value);
            } else if (depth == 0 && isSection(name)) {
                section(name, value);
            } else {
                unknown(nameNode, name, depth);
            }
        }
    }

    private void section(String name, Node value) {
        if (value instanceof MappingNode mapping) {
            walk(name + ".", mapping, 1);
        } else if (!isNull(value)) {
            error(value, name + ": must be a section of keys");
        }
    }

    private void unknown(Node node, String name, int depth) {
        var known = new ArrayList<>(Keys.names());
        if (depth == 0) {
            Keys.all().stream().map(Key::section).distinct().forEach(known::add);
        }
        error(node, name.replaceAll("\\p{Cntrl}", "?") + ": unknown key" + NearestName.hint(name, known));
    }

    private void take(Key<?> key, Node node) {
        String text = text(key, node);
        if (text != null) {
            String broken = values.put(key, text, base, source, line(node));
            if (!broken.isEmpty()) {
                error(node, key.name() + ": " + broken);
            }
        }
    }

    private @Nullable String text(Key<?> key, Node node) {
        if (isNull(node)) {
            error(
                    node,
                    key.name() + ": has no value"
                            + (key.preset() instanceof String ? "; write \"\" for an empty one" : ""));
            return null;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        String separator = key.kind().separator();
        if (node instanceof SequenceNode sequence && !separator.isEmpty()) {
            var items = new ArrayList<String>();
            for (Node item : sequence.getValue()) {
                if (item instanceof ScalarNode scalar && !scalar.getValue().contains(separator)) {
                    items.add(scalar.getValue());
                } else {
                    error(item, key.name() + ": each item must be one text");
                    return null;
                }
            }
            return String.join(separator, items);
        }
        error(node, key.name() + (separator.isEmpty() ? ": must be a single value" : ": must be a list"));
        return null;
    }

    private static boolean isSection(String name) {
        return Keys.all().stream().anyMatch(key -> key.section().equals(name));
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    private void error(Node node, String reason) {
        problems.add(Problem.error(source, line(node), reason));
    }

    private static String firstLine(@Nullable String text) {
        return text == null ? "unreadable" : text.lines().findFirst().orElse("unreadable");
    }
}
