/**
 * Has one thing go wrong before a real server, and finds out what that costs everybody else.
 *
 * <pre>
 *  Scenario ── tells ──► Stage (server process, Crowd of viewers, MemoryWatch) ── notes ──► ArrivalLog of each viewer
 *     └── afterwards: WindowCost, Recovery, FrameLoss over those notes ──► Finding ──► targets, verdict
 * </pre>
 *
 * Nothing is judged while it runs: what happened is read from what each viewer noted, so that the same questions can be
 * put to made-up notes.
 */
@NullMarked
package io.essaim.bench.disturb;

import org.jspecify.annotations.NullMarked;
