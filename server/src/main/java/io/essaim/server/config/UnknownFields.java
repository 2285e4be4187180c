package io.essaim.server.config;

/** What becomes of a JSON message that has a field which its type does not know. */
public enum UnknownFields {
    /** As if it were not there: newer clients may say more. */
    IGNORE,
    /** The message is malformed. */
    REFUSE
}
