/** What a measurement leaves behind: one JSON file each, read by the report and by whoever does not believe it. */
@NullMarked
package io.essaim.bench.result;

import org.jspecify.annotations.NullMarked;
