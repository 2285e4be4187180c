package io.essaim.server.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param place where it stands, as in {@link Origin#place()}
 * @param text what is wrong and what to do about it
 */
public record Problem(String place, String text) {
    @Override
    public String toString() {
        return place + ": " + text;
    }
}
