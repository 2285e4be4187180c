package io.essaim.server.config;

/** Whether clients have to show a certificate (mutual TLS). */
public enum TlsClients {
    /** None is asked for. */
    ANY,
    /** One is asked for; who shows one has to show a good one. */
    OPTIONAL,
    /** Who shows none is not let in. */
    CERTIFIED
}
