package io.sluice.ingest;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The form of a reply, from the request's {@code Accept}. The highest quality wins; at equal quality the form named more precisely, then
 * the one named first. (GRIP, control API, where the last known entry wins: quality values are what the sender asked for.)
 */
enum ReplyFormat {
    TEXT("text", "plain"),
    JSON("application", "json");

    /** Not acceptable at all. */
    private static final Preference NEVER = new Preference(0, -1, 0);

    private final String type;
    private final String subtype;

    ReplyFormat(String type, String subtype) {
        this.type = type;
        this.subtype = subtype;
    }

    /** How much a header wants a form: {@code quality} in thousandths; {@code precision} 0 for any, 1 for a type, 2 for the form itself. */
    private record Preference(int quality, int precision, int place) {
        boolean over(Preference other) {
            if (quality != other.quality) {
                return quality > other.quality;
            }
            return precision != other.precision ? precision > other.precision : place < other.place;
        }
    }

    /** The form that the header asks for; text for an absent or empty one, null when it accepts neither. */
    static @Nullable ReplyFormat choose(@Nullable String accept) {
        if (accept == null || accept.isBlank()) {
            return TEXT;
        }
        String[] ranges = accept.toLowerCase(Locale.ROOT).split(",", -1);
        Preference text = TEXT.preference(ranges);
        Preference json = JSON.preference(ranges);
        if (text.quality == 0 && json.quality == 0) {
            return null;
        }
        return json.over(text) ? JSON : TEXT;
    }

    String mediaType() {
        return type + "/" + subtype;
    }

    /** The most precise range that covers this form decides. */
    private Preference preference(String[] ranges) {
        Preference best = NEVER;
        for (int place = 0; place < ranges.length; place++) {
            String[] parts = ranges[place].split(";", -1);
            int precision = precision(parts[0].strip());
            if (precision > best.precision) {
                best = new Preference(quality(parts), precision, place);
            }
        }
        return best;
    }

    private int precision(String range) {
        if (range.equals("*") || range.equals("*/*")) {
            return 0;
        }
        if (range.equals(type + "/*")) {
            return 1;
        }
        return range.equals(mediaType()) ? 2 : -1;
    }

    /** Thousandths; a value that is not one counts as not given. */
    private static int quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                return thousandths(parameter.substring(2).strip());
            }
        }
        return 1000;
    }

    private static int thousandths(String value) {
        try {
            double quality = Double.parseDouble(value);
            return quality >= 0 && quality <= 1 ? (int) Math.round(quality * 1000) : 1000;
        } catch (NumberFormatException notANumber) {
            return 1000;
        }
    }
}
