/** Who somebody is and what they may do, behind two interfaces. */
@NullMarked
package io.essaim.server.security;

import org.jspecify.annotations.NullMarked;
