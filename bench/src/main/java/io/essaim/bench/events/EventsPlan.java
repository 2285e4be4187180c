package io.essaim.bench.events;

/**
 * How much of everything; null where each scenario has its own.
 *
 * @param warmup seconds before anything is measured
 * @param seconds that are measured
 */
record EventsPlan(
        @org.jspecify.annotations.Nullable Integer clients,
        @org.jspecify.annotations.Nullable Integer rate,
        @org.jspecify.annotations.Nullable Double seconds,
        double warmup,
        int rooms,
        int publishers,
        int cuts) {

    int clientsOr(int usual) {
        return clients == null ? usual : clients;
    }

    double secondsOr(double usual) {
        return seconds == null ? usual : seconds;
    }

    EventLoad load(int usualRate) {
        return new EventLoad(publishers, rooms, rate == null ? usualRate : rate, warmup, 40);
    }
}
