/**
 * What a deployment may choose. {@link io.essaim.server.config.Settings} is the one table; the keys of a file, the names of
 * environment variables, the flags, their help, the printed configuration and the documentation all derive from it.
 */
@NullMarked
package io.essaim.server.config;

import org.jspecify.annotations.NullMarked;
