package io.sluice.grip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class Utf8Test {
    @Property
    void aTextIsWhatTheStrictDecoderTakes(@ForAll("almostTexts") byte[] bytes) {
        assertThat(Utf8.isValid(bytes)).isEqualTo(valid(bytes));
    }

    @Property(tries = 300)
    void howItIsCutDoesNotMatter(@ForAll("almostTexts") byte[] bytes) {
        int whole = Utf8.check(Utf8.START, bytes);
        for (int first = 0; first <= bytes.length; first++) {
            int head = Utf8.check(Utf8.START, Arrays.copyOf(bytes, first));
            for (int second = first; second <= bytes.length; second++) {
                int middle = Utf8.check(head, Arrays.copyOfRange(bytes, first, second));
                assertThat(Utf8.check(middle, Arrays.copyOfRange(bytes, second, bytes.length)))
                        .isEqualTo(whole);
            }
        }
    }

    /** A frame with the beginning of no text is refused at once, not when the message ends. */
    @Property(tries = 300)
    void aBrokenTextStaysBrokenAndAnIncompleteOneCanBeCompleted(@ForAll("almostTexts") byte[] bytes) {
        int state = Utf8.check(Utf8.START, bytes);
        boolean completable = List.of(
                        new byte[0],
                        tail(0x80),
                        tail(0x80, 0x80),
                        tail(0x80, 0x80, 0x80),
                        tail(0xa0, 0x80),
                        tail(0x90, 0x80, 0x80),
                        tail(0xa0),
                        tail(0x90),
                        tail(0x90, 0x80))
                .stream()
                .anyMatch(tail -> valid(joined(bytes, tail)));
        assertThat(state != Utf8.BROKEN).isEqualTo(completable);
        assertThat(Utf8.check(Utf8.BROKEN, bytes)).isEqualTo(Utf8.BROKEN);
    }

    @Example
    void allOfThreeBytesAndOfOneCharacter() {
        for (int a = 0; a < 256; a++) {
            for (int b = 0; b < 256; b++) {
                for (int c = 0x7f; c <= 0xc0; c += c == 0x80 ? 0x3f : 1) {
                    check(tail(a, b));
                    check(tail(a, b, c));
                    check(tail(a, b, c, 0x80));
                }
            }
        }
        for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
            if (character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE) {
                assertThat(Utf8.isValid(Character.toString(character).getBytes(UTF_8)))
                        .isTrue();
            }
        }
    }

    private static void check(byte[] bytes) {
        if (Utf8.isValid(bytes) != valid(bytes)) {
            throw new AssertionError(Arrays.toString(bytes));
        }
    }

    private static boolean valid(byte[] bytes) {
        try {
            var unused = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static byte[] tail(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Long and short characters, and now and then something that is none. */
    @Provide
    Arbitrary<byte[]> almostTexts() {
        return Arbitraries.frequencyOf(
                        Tuple.of(
                                8,
                                Arbitraries.of(
                                                "a",
                                                "0123456789abcdef",
                                                "\u00fc",
                                                "\u20ac",
                                                "\uffff",
                                                "\ud83d\ude00",
                                                "\udbff\udfff")
                                        .map(text -> text.getBytes(UTF_8))),
                        Tuple.of(
                                1,
                                Arbitraries.of(0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xe1, 0xed, 0xf0, 0xf1, 0xf4, 0xf5, 0xff)
                                        .map(Utf8Test::tail)))
                .list()
                .ofMaxSize(6)
                .map(parts -> parts.stream().reduce(new byte[0], Utf8Test::joined));
    }
}
