package io.sluice.config;

import io.sluice.config.Settings.ForwardedProto;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A kind of value: how its text is read, what it must be, and how it is written.
 *
 * @param <T> of the value read
 */
interface Kind<T> {
    /**
     * @param text as it stands in the source
     * @param base directory that file names in that source are relative to
     * @throws BadSetting with the rule that the text breaks
     */
    T read(String text, Path base) throws BadSetting;

    /** As it would stand in YAML. */
    default String write(T value) {
        return value.toString();
    }

    /** What separates items where a list stands in one line of text; empty for what is no list. */
    default String separator() {
        return "";
    }

    static Kind<Integer> whole(int min, int max) {
        return (text, base) -> {
            try {
                int number = Integer.parseInt(text.strip());
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Same rule as for one out of range.
            }
            throw BadSetting.of("must be a whole number from " + min + " to " + max, text);
        };
    }

    /** Empty for {@code auto}: the reader has a choice of its own. */
    static Kind<OptionalInt> wholeOrAuto(int min, int max) {
        Kind<Integer> whole = whole(min, max);
        return new Kind<>() {
            @Override
            public OptionalInt read(String text, Path base) throws BadSetting {
                if (text.strip().equals("auto")) {
                    return OptionalInt.empty();
                }
                try {
                    return OptionalInt.of(whole.read(text, base));
                } catch (BadSetting e) {
                    throw BadSetting.of("must be auto or a whole number from " + min + " to " + max, text);
                }
            }

            @Override
            public String write(OptionalInt value) {
                return value.isPresent() ? String.valueOf(value.getAsInt()) : "auto";
            }
        };
    }

    static Kind<Boolean> flag() {
        return (text, base) -> switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw BadSetting.of("must be true or false", text);
        };
    }

    static Kind<String> text() {
        return matching("[^\\p{Cntrl}]*", "must not contain control characters");
    }

    /** @param rule what to say of a text that does not match */
    static Kind<String> matching(String regex, String rule) {
        Pattern pattern = Pattern.compile(regex);
        return new Kind<>() {
            @Override
            public String read(String text, Path base) throws BadSetting {
                if (!pattern.matcher(text).matches()) {
                    throw BadSetting.of(rule, text);
                }
                return text;
            }

            @Override
            public String write(String value) {
                return value.matches("[A-Za-z][A-Za-z0-9_-]*") ? value : '"' + value + '"';
            }
        };
    }

    /** Text that a parser of its own must be able to read. */
    static Kind<String> checked(Parser parser) {
        return (text, base) -> {
            parser.parse(text);
            return text.strip();
        };
    }

    /** Reads a text, or tells the rule that it breaks. */
    interface Parser {
        Object parse(String text) throws BadSetting;
    }

    /** An address to listen on; {@code *} and nothing mean all. */
    static Kind<String> address() {
        Kind<String> host = matching("[A-Za-z0-9._:\\[\\]-]+", "must be a host name or an address");
        return new Kind<>() {
            @Override
            public String read(String text, Path base) throws BadSetting {
                if (text.isEmpty() || text.equals("*")) {
                    return "0.0.0.0";
                }
                return RouteIndex.key(host.read(text, base));
            }

            @Override
            public String write(String value) {
                return value;
            }
        };
    }

    /** A signing key: text, {@code base64:} or {@code file:}. Never shown in an error. */
    static Kind<String> secret() {
        Kind<String> plain = text();
        return new Kind<>() {
            @Override
            public String read(String text, Path base) throws BadSetting {
                if (text.startsWith("file:")) {
                    return "file:" + path(text.substring("file:".length()), base);
                }
                if (text.startsWith("base64:")) {
                    try {
                        Base64.getDecoder().decode(text.substring("base64:".length()));
                    } catch (IllegalArgumentException e) {
                        throw new BadSetting("is not base64 after 'base64:'");
                    }
                }
                if (text.codePoints().anyMatch(Character::isISOControl)) {
                    throw new BadSetting("must not contain control characters");
                }
                return text;
            }

            @Override
            public String write(String value) {
                return plain.write(value);
            }
        };
    }

    /** A bearer token (RFC 6750, 2.1) that can't be guessed soon; may be empty. Never shown in an error. */
    static Kind<String> credentials() {
        return new Kind<>() {
            @Override
            public String read(String text, Path base) throws BadSetting {
                if (!text.matches("|[^:\\p{Cntrl}]+:[^\\p{Cntrl}]{8,512}")) {
                    throw new BadSetting("must be empty, or USER:PASSWORD with a password of at least 8 characters");
                }
                return text;
            }

            @Override
            public String write(String value) {
                return '"' + value + '"';
            }
        };
    }

    static Kind<String> token() {
        Kind<String> plain = text();
        return new Kind<>() {
            @Override
            public String read(String text, Path base) throws BadSetting {
                if (!text.matches("|[A-Za-z0-9._~+/-]{16,512}=*")) {
                    throw new BadSetting("must be empty, or at least 16 letters, digits and ._~+/- (a final = too)");
                }
                return text;
            }

            @Override
            public String write(String value) {
                return plain.write(value);
            }
        };
    }

    static Kind<ForwardedProto> forwardedProto() {
        return new Kind<>() {
            @Override
            public ForwardedProto read(String text, Path base) throws BadSetting {
                return switch (text.strip().toLowerCase(Locale.ROOT)) {
                    case "true" -> ForwardedProto.TRUE;
                    case "false" -> ForwardedProto.FALSE;
                    case "proto-only" -> ForwardedProto.PROTO_ONLY;
                    default -> throw BadSetting.of("must be true, false or proto-only", text);
                };
            }

            @Override
            public String write(ForwardedProto value) {
                return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
            }
        };
    }

    /** A file that need not be given. */
    static Kind<Optional<Path>> file() {
        return new Kind<>() {
            @Override
            public Optional<Path> read(String text, Path base) throws BadSetting {
                return text.isEmpty() ? Optional.empty() : Optional.of(path(text, base));
            }

            @Override
            public String write(Optional<Path> value) {
                return value.map(Path::toString).orElse("\"\"");
            }
        };
    }

    /** @param separator of items in one line of text */
    static Kind<List<String>> listOf(Kind<String> item, String separator) {
        return new Kind<>() {
            @Override
            public List<String> read(String text, Path base) throws BadSetting {
                List<String> parts = Stream.of(text.split(Pattern.quote(separator)))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
                for (String part : parts) {
                    item.read(part, base);
                }
                return parts;
            }

            @Override
            public String write(List<String> value) {
                return value.toString();
            }

            @Override
            public String separator() {
                return separator;
            }
        };
    }

    private static Path path(String text, Path base) throws BadSetting {
        try {
            return base.resolve(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw BadSetting.of("must be a file name", text);
        }
    }
}
