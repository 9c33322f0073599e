package io.sluice.grip;

/** A string of a tnetstring that is bytes rather than text: not UTF-8, or in a field for binary content. Stands in a JsonObject as it is. */
final class RawBytes {
    private final byte[] bytes;

    RawBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
