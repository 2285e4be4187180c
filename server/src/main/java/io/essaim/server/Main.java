package io.essaim.server;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(EssaimCommand.of(new Serving(), System.getenv()).execute(arguments));
    }
}
