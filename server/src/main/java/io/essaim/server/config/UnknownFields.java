package io.essaim.server.config;

/** What becomes of a JSON message that has a field which its type does not know. */
public enum UnknownFields {
    /** The message is malformed: a misspelt one would otherwise be granted silently. */
    REFUSE,
    /** As if it were not there: newer clients may say more. */
    IGNORE
}
