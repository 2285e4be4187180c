/** What measurements mean: result files in, one page and its short form in Markdown out. */
@NullMarked
package io.essaim.bench.report;

import org.jspecify.annotations.NullMarked;
