package io.essaim.server.config;

/** What serves the sockets. */
public enum TransportChoice {
    /** Epoll where it can be had, else NIO. */
    AUTO,
    EPOLL,
    NIO,
    /** For Linux from 5.14 on; containers often forbid it. */
    IO_URING
}
