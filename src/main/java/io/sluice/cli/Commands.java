package io.sluice.cli;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands, with their exit codes: 0 done, 1 failed, 2 used or configured wrongly. */
@Command(
        name = "sluice",
        description = "A clustered event-stream gateway that speaks GRIP.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class Commands implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    static final int FAILED = 1;
    static final int WRONG = 2;

    private Commands() {}

    static CommandLine of(Launch launch) {
        var commands = new CommandLine(new Commands());
        // In the order of help: what a newcomer needs first.
        commands.addSubcommand(new DemoCommand(launch));
        commands.addSubcommand(new RunCommand(launch));
        commands.addSubcommand(new PublishCommand());
        commands.addSubcommand(new TailCommand());
        commands.addSubcommand(new TraceCommand());
        commands.addSubcommand(new StatusCommand());
        commands.addSubcommand(new CheckCommand());
        commands.addSubcommand(new BenchCommand(launch));
        commands.addSubcommand(new VersionCommand());
        commands.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().versionProvider(new Version()));
        // "@FILE" is content to publish, not a file of arguments.
        commands.setExpandAtFiles(false);
        commands.setParameterExceptionHandler(Commands::usedWrongly);
        commands.setExecutionExceptionHandler(Commands::failed);
        return commands;
    }

    @Override
    public void run() {
        CommandLine commands = Objects.requireNonNull(spec).commandLine();
        commands.usage(commands.getErr());
        throw new ParameterException(commands, "which command?");
    }

    /** One line on what is wrong, rather than the whole help. */
    private static int usedWrongly(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + firstLine(e));
        UnmatchedArgumentException.printSuggestions(e, command.getErr());
        command.getErr().println("Try '" + name + " --help'.");
        return WRONG;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + firstLine(e));
        if (System.getenv("SLUICE_LOG_LEVEL") != null) {
            e.printStackTrace(command.getErr());
        }
        return FAILED;
    }

    /** What others chose is not to speak to the terminal: controls, and what changes the direction of text, become question marks. */
    static String printable(String line) {
        return line.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    static String firstLine(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return Arrays.stream(message.split("\n")).findFirst().orElse(message);
    }
}
