package io.sluice.config;

/** The current route table; any thread. */
public interface Routes {
    RouteTable current();
}
