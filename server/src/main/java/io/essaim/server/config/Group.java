package io.essaim.server.config;

/** The headings under which settings are shown, in that order. */
public enum Group {
    LISTENING("Listening"),
    TLS("TLS"),
    SWARM("Swarm"),
    INGEST("Producers"),
    CLIENTS("Clients and their limits"),
    EVENTS("Events"),
    IDENTITY("Who may connect"),
    PLACES("Where from: pages, proxies"),
    RATES("How much: rates and bans"),
    STOPPING("Stopping"),
    LOGGING("Logging");

    private final String title;

    Group(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }
}
