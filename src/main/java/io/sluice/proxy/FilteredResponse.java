package io.sluice.proxy;

import io.sluice.grip.GripException;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Instruction;
import io.sluice.grip.ResponseFilter;
import java.util.Arrays;

/** The response of an instruction, its body through the filters of the instruction's own channels. Pure. */
final class FilteredResponse {
    private FilteredResponse() {}

    /** @throws GripException when a filter fails; names it */
    static GripResponse of(Instruction instruction) throws GripException {
        GripResponse response = instruction.response();
        ResponseFilter filter = ResponseFilter.of(instruction.channels(), instruction.meta());
        if (filter.isIdentity()) {
            return response;
        }
        try {
            byte[] most = filter.update(response.body());
            byte[] rest = filter.finish();
            byte[] body = Arrays.copyOf(most, most.length + rest.length);
            System.arraycopy(rest, 0, body, most.length, rest.length);
            return new GripResponse(response.status(), response.reason(), response.headers(), body);
        } catch (GripException e) {
            throw new GripException("filter error: " + e.text());
        }
    }
}
