/**
 * The load generator: thousands of viewers in one small process, that check every frame they get.
 *
 * <pre>
 *  LoadRun ── starts, times, ends ──► LoadThread (owns a selector and its clients) ◄── bytes ── server under test
 *     │                                  │  order, gaps, ages: at once, per client
 *     │                                  └─ what each tick looked like, once per tick ──► Verifier ◄── ReferenceConnection
 *     └── Judge: PASS, FAIL or INVALID ◄─────────────── content, gaps by cause ─────────────┘          (JSON, JDK's client)
 * </pre>
 *
 * A {@code Connection} reads through a {@code Transport}, the socket itself or TLS over it; a {@code MessageStream} cuts what
 * comes into messages, inflated where compression was agreed on, and a {@code Client} hears them.
 *
 * <p>Open loop: a server's ticks come when they are due, whatever this process does, and ages count from when a tick was due.
 */
@NullMarked
package io.essaim.bench.load;

import org.jspecify.annotations.NullMarked;
