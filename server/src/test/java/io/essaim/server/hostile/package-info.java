/**
 * What an attacker may try: each case says what becomes of it, and all of them together cost those who behave nothing.
 */
@NullMarked
package io.essaim.server.hostile;

import org.jspecify.annotations.NullMarked;
