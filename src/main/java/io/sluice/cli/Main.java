package io.sluice.cli;

/** Entry point. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Commands.of(new GatewayLaunch()).execute(args));
    }
}
