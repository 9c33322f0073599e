package io.sluice.protocol;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** All groups of cases, for whichever server a subclass has started. Several at once: most wait, and each has names of its own. */
@Execution(ExecutionMode.CONCURRENT)
abstract class Conformance extends WebSocketConformance {

    @Nested
    class PassThrough extends PassThroughCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class Failure extends FailureCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class Route extends RouteCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class PublishApi extends PublishApiCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class Instruction extends InstructionCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class ResponseHold extends ResponseHoldCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class StreamHold extends StreamHoldCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class NextLink extends NextLinkCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class Sequence extends SequenceCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class Recovery extends RecoveryCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class Filter extends FilterCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class Limit extends LimitCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class CrossOrigin extends CrossOriginCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class BadInput extends BadInputCases {
        @Override
        World world() {
            return running();
        }
    }
}
