package io.sluice.cli;

import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The flags that configure a node, the same for each command that does; and what they, with the files, come to. */
final class ConfigOptions {
    /** Flags of single keys. All other keys go through {@code --set}. */
    private static final Map<String, String> KEYS = keys();

    private ConfigOptions() {}

    private static Map<String, String> keys() {
        var keys = new LinkedHashMap<String, String>();
        keys.put("--http-host", "http.host");
        keys.put("--http-port", "http.port");
        keys.put("--control-host", "control.host");
        keys.put("--control-port", "control.port");
        keys.put("--zmq-pull", "zmq.pull");
        keys.put("--zmq-sub", "zmq.sub");
        keys.put("--zmq-command", "zmq.command");
        keys.put("--ops-host", "ops.host");
        keys.put("--ops-port", "ops.port");
        keys.put("--sig-iss", "grip.sig-iss");
        keys.put("--sig-key", "grip.sig-key");
        keys.put("--node", "node.name");
        keys.put("--cluster-name", "cluster.name");
        keys.put("--cluster-host", "cluster.host");
        keys.put("--cluster-port", "cluster.port");
        keys.put("--join", "cluster.join");
        return keys;
    }

    /** @param withRoutes whether the command takes routes */
    static void addTo(CommandSpec spec, boolean withRoutes) {
        spec.addOption(one(
                "--config",
                "FILE",
                "Settings (YAML). Default: SLUICE_CONFIG, or else conf/sluice.yaml here or beside the launcher, or"
                        + " /etc/sluice/sluice.yaml."));
        spec.addOption(one("--pushpin-conf", "FILE", "Settings as Pushpin has them (pushpin.conf)."));
        if (withRoutes) {
            spec.addOption(one("--routes", "FILE", "Routes file, re-read when it changes."));
            spec.addOption(many("--route", "LINE", "A route in place of the file; may be repeated."));
        }
        KEYS.forEach((flag, key) -> spec.addOption(one(flag, label(flag), SettingsLoader.describe(key))));
        spec.addOption(many("--set", "KEY=VALUE", "Any setting of conf/sluice.yaml; may be repeated."));
    }

    private static OptionSpec one(String flag, String label, String description) {
        return OptionSpec.builder(flag)
                .type(String.class)
                .paramLabel(label)
                .description(description.replace("%", "%%"))
                .build();
    }

    private static OptionSpec many(String flag, String label, String description) {
        return OptionSpec.builder(flag)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static String label(String flag) {
        return flag.equals("--join")
                ? "HOST:PORT,..."
                : flag.startsWith("--zmq")
                        ? "SPEC"
                        : flag.endsWith("port") ? "PORT" : flag.endsWith("host") ? "HOST" : "TEXT";
    }

    /** Reads all sources. */
    static LoadedSettings load(CommandSpec spec) {
        ParseResult flags = spec.commandLine().getParseResult();
        String config = flags.matchedOptionValue("--config", (String) null);
        String pushpin = flags.matchedOptionValue("--pushpin-conf", (String) null);
        if (config != null && pushpin != null) {
            throw new ParameterException(spec.commandLine(), "--config and --pushpin-conf exclude each other");
        }
        var loader = new SettingsLoader();
        Path file = config != null ? Path.of(config) : pushpin != null ? null : defaultFile();
        if (pushpin != null) {
            loader.pushpin(Path.of(pushpin));
        } else if (file != null) {
            loader.yaml(file);
        }
        loader.environment(System.getenv());
        for (String setting : flags.matchedOptionValue("--set", List.<String>of())) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ParameterException(spec.commandLine(), "--set must be KEY=VALUE, not '" + setting + "'");
            }
            loader.flag("--set", setting.substring(0, equals), setting.substring(equals + 1));
        }
        KEYS.forEach((flag, key) -> {
            if (flags.hasMatchedOption(flag)) {
                loader.flag(flag, key, flags.matchedOptionValue(flag, ""));
            }
        });
        if (flags.hasMatchedOption("--routes")) {
            loader.flag("--routes", "routes.file", flags.matchedOptionValue("--routes", ""));
        }
        loader.routeLines(flags.matchedOptionValue("--route", List.of()));
        return loader.load();
    }

    private static @Nullable Path defaultFile() {
        var places = new ArrayList<Path>();
        String chosen = System.getenv("SLUICE_CONFIG");
        if (chosen != null && !chosen.isEmpty()) {
            return Path.of(chosen);
        }
        places.add(Path.of("conf", "sluice.yaml"));
        String home = System.getProperty("sluice.home");
        if (home != null) {
            places.add(Path.of(home, "conf", "sluice.yaml"));
        }
        places.add(Path.of("/etc/sluice/sluice.yaml"));
        return places.stream().filter(Files::isReadable).findFirst().orElse(null);
    }
}
