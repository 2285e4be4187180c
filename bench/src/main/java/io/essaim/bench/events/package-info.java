/** Events under load: how many, how soon, and whether each of them came once. */
@NullMarked
package io.essaim.bench.events;

import org.jspecify.annotations.NullMarked;
