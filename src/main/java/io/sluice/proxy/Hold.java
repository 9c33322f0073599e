package io.sluice.proxy;

import io.sluice.fanout.Subscriber;

/** A client's connection that an origin gave into Sluice's hands. Event loop of the connection only. */
sealed interface Hold extends Subscriber permits StreamSession, ResponseSession, SocketSession {}
