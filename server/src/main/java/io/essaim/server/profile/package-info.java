/**
 * How each kind of client is told of what happens: the shapes of the simulations' and the observers' own messages, and those
 * of the dashboards.
 */
@NullMarked
package io.essaim.server.profile;

import org.jspecify.annotations.NullMarked;
