/** The certificate that TLS shows, and its key: read from files, checked, watched, or made for a try. */
@NullMarked
package io.essaim.server.tls;

import org.jspecify.annotations.NullMarked;
