/** An identity provider of one's own, as docs/OPERATIONS.md explains it. */
package io.essaim.server.example;
