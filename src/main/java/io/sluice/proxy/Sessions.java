package io.sluice.proxy;

import io.sluice.grip.Instruction;
import io.sluice.netty.Sink;

/** Starts the session of an exchange whose origin answered with a hold or a next link. One per event loop. */
interface Sessions {
    /** The response is still to be sent; its body is whole, and not yet through the response filters. */
    void accept(Exchange exchange, Instruction instruction);

    /** Head and body were too large to keep and have been sent through the sink already (GRIP, size limits). */
    void acceptSent(Exchange exchange, Instruction instruction, Sink sink);

    /** The hold does not start after all. The exchange is answered by the caller. */
    void decline(Exchange exchange, Instruction instruction);
}
