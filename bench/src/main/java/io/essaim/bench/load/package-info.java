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
 * Open loop: a server's ticks come when they are due, whatever this process does, and ages count from when a tick was due.
 */
@NullMarked
package io.essaim.bench.load;

import org.jspecify.annotations.NullMarked;
