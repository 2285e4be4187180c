package io.essaim.server;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Serve serve = configuration -> {
            throw new UnsupportedOperationException("this build has no server yet");
        };
        System.exit(EssaimCommand.of(serve, System.getenv()).execute(arguments));
    }
}
