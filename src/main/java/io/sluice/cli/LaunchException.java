package io.sluice.cli;

/** Why a node did not start; the message is one line for the user, such as {@code http: 0.0.0.0:7999 is in use}. */
final class LaunchException extends Exception {
    LaunchException(String message) {
        super(message, null, false, false);
    }
}
