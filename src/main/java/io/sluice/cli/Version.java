package io.sluice.cli;

import picocli.CommandLine.IVersionProvider;

/** This build and what it runs on. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }

    static String line() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "sluice " + (version == null ? "(not built)" : version) + ", Java " + Runtime.version() + " on "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
}
