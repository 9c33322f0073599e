package io.sluice.grip;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import org.jspecify.annotations.Nullable;

/** JSON from outside. */
final class JsonText {
    private JsonText() {}

    /**
     * One JSON value: JsonObject, JsonArray, String, Number, Boolean or null.
     *
     * @throws GripException with the given text, when it is not one
     */
    static @Nullable Object parse(byte[] text, String error) throws GripException {
        try {
            return Json.decodeValue(Buffer.buffer(text));
        } catch (DecodeException e) {
            throw new GripException(error);
        }
    }
}
