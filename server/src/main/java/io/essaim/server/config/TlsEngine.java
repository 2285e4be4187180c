package io.essaim.server.config;

/** What encrypts. */
public enum TlsEngine {
    /** The one that measured better, where it is available. */
    AUTO,
    JDK,
    OPENSSL
}
