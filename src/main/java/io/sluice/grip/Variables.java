package io.sluice.grip;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code %(name)s}, and no other directive.
 *
 * @param values by name
 * @param emptyIsNone whether an empty value is as good as none
 */
record Variables(Map<String, String> values, boolean emptyIsNone) implements Directives.Renderer {
    @Override
    public byte[] render(char directive, byte @Nullable [] argument, long position) throws GripException {
        if (directive != 's') {
            throw Directives.unknown(directive, position);
        }
        if (argument == null) {
            throw new GripException("Directive 's' requires argument at position " + position);
        }
        String name = new String(argument, UTF_8);
        String value = values.get(name);
        if (value == null || (emptyIsNone && value.isEmpty())) {
            throw new GripException("No such variable '" + name + "' at position " + position);
        }
        return value.getBytes(UTF_8);
    }
}
