package io.sluice.grip;

/**
 * Reads GRIP instructions from origins' responses (GRIP, response headers and {@code application/grip-instruct}). Pure; any
 * thread.
 */
public final class InstructionParser {
    private static final String PREFIX = "Grip-";
    private static final String JSON_TYPE = "application/grip-instruct";

    private InstructionParser() {}

    /** Whether a response with these headers is an instruction. */
    public static boolean isGrip(Headers headers) {
        for (Header line : headers) {
            if (isGripName(line.name())) {
                return true;
            }
        }
        return isJson(headers);
    }

    /** Whether the instruction stands in the body, which must then be whole. */
    public static boolean isJson(Headers headers) {
        String type = headers.first("Content-Type");
        if (type == null) {
            return false;
        }
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().equals(JSON_TYPE);
    }

    /** Whether a header of that name is GRIP's, and so never shown to clients. */
    public static boolean isGripName(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    /**
     * The instruction of a response.
     *
     * @param origin as the origin sent it, with its whole body
     * @throws GripException with the protocol's text for what is wrong
     */
    public static Instruction parse(GripResponse origin) throws GripException {
        var draft = new InstructionDraft(origin.status(), origin.reason(), origin.headers(), origin.body());
        InstructionHeaders.read(origin.headers(), draft);
        if (isJson(origin.headers())) {
            InstructionBody.read(origin.status(), origin.body(), draft);
        }
        return draft.finish();
    }

    /**
     * The instruction of a response whose body goes to the client as it comes, uncollected: the response of the instruction has
     * an empty body. A JSON instruction cannot be had this way and is an error.
     */
    public static Instruction parseHead(int status, String reason, Headers headers) throws GripException {
        return parse(new GripResponse(status, reason, headers, new byte[0]));
    }
}
