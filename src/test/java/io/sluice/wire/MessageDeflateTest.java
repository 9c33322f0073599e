package io.sluice.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

class MessageDeflateTest {
    private static final int NO_LIMIT = 10_000_000;
    private static final MessageDeflate DEFLATE = new MessageDeflate();

    @AfterContainer
    static void close() {
        DEFLATE.close();
    }

    @Property
    void aMessageComesBack(
            @ForAll("sizes") int size, @ForAll @IntRange(min = 1, max = 256) int letters, @ForAll long seed)
            throws Exception {
        byte[] message = message(size, letters, seed);
        byte[] compressed = DEFLATE.deflate(message);
        assertThat(DEFLATE.inflate(compressed, size)).isEqualTo(message);
        assertThat(plainly(compressed, size)).as("what any other end reads").isEqualTo(message);
    }

    /** Of random bytes the compressed form is as long as they are: some of these end just with a part of the buffer. */
    @Example
    void compressedFormsOfAnyLengthComeBack() throws Exception {
        byte[] random = message(3 * 8192, 256, 1);
        for (int around : new int[] {8192, 2 * 8192}) {
            for (int size = around - 40; size < around + 20; size++) {
                byte[] message = Arrays.copyOf(random, size);
                byte[] compressed = DEFLATE.deflate(message);
                assertThat(DEFLATE.inflate(compressed, size)).isEqualTo(message);
                assertThat(plainly(compressed, size)).isEqualTo(message);
            }
        }
    }

    @Example
    void nothingIsOneByte() throws Exception {
        assertThat(DEFLATE.deflate(new byte[0])).hasSizeBetween(1, 2);
        assertThat(DEFLATE.inflate(DEFLATE.deflate(new byte[0]), 0)).isEmpty();
        assertThat(DEFLATE.inflate(new byte[] {0}, 0)).isEmpty();
    }

    /** RFC 7692, 7.2.3: its examples. */
    @Example
    void theExamplesOfTheStandardAreRead() throws Exception {
        for (String hex : new String[] {
            "f248cdc9c90700", "000500faff48656c6c6f00", "f348cdc9c9070000", "f24805000000ffffcac9c90700"
        }) {
            assertThat(new String(DEFLATE.inflate(HexFormat.of().parseHex(hex), 5), ISO_8859_1))
                    .isEqualTo("Hello");
        }
    }

    @Property
    void messagesDoNotKnowOfEachOther(@ForAll("sizes") int size, @ForAll long seed) throws Exception {
        byte[] message = message(size, 20, seed);
        byte[] first = DEFLATE.deflate(message);
        try {
            DEFLATE.inflate(message(100, 256, seed), NO_LIMIT);
        } catch (DataFormatException e) {
            assertThat(e).isNotNull();
        }
        assertThat(DEFLATE.deflate(message)).isEqualTo(first);
        assertThat(DEFLATE.inflate(first, size)).isEqualTo(message);
    }

    @Property
    void aMessageOverTheLimitIsNotInflated(@ForAll("sizes") int size, @ForAll @IntRange(min = 1, max = 9000) int less) {
        int limit = Math.max(0, size - less);
        if (limit < size) {
            byte[] compressed = DEFLATE.deflate(new byte[size]);
            assertThatExceptionOfType(MessageDeflate.TooLarge.class)
                    .isThrownBy(() -> DEFLATE.inflate(compressed, limit));
        }
    }

    @Property
    void anyBytesAreReadOrRefusedWithinTheLimit(@ForAll byte[] bytes) {
        try {
            assertThat(DEFLATE.inflate(bytes, 1000)).hasSizeLessThanOrEqualTo(1000);
        } catch (DataFormatException | MessageDeflate.TooLarge e) {
            assertThat(e).hasMessageContaining("");
        }
    }

    @Example
    void smallMessagesAreNotWorthIt() {
        assertThat(MessageDeflate.worthwhile(127)).isFalse();
        assertThat(MessageDeflate.worthwhile(128)).isTrue();
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 300),
                Arbitraries.integers()
                        .between(-3, 3)
                        .flatMap(by -> Arbitraries.of(1, 2, 3, 8).map(parts -> parts * 8192 + by)),
                Arbitraries.integers().between(0, 100_000));
    }

    private static byte[] message(int size, int letters, long seed) {
        var random = new Random(seed);
        var message = new byte[size];
        for (int i = 0; i < size; i++) {
            message[i] = (byte) random.nextInt(letters);
        }
        return message;
    }

    /** As a plain reader does: append the tail, inflate all. */
    private static byte[] plainly(byte[] compressed, int size) throws DataFormatException {
        var inflater = new Inflater(true);
        byte[] input = Arrays.copyOf(compressed, compressed.length + 4);
        input[input.length - 1] = -1;
        input[input.length - 2] = -1;
        inflater.setInput(input);
        var out = new ByteArrayOutputStream();
        var part = new byte[size + 1];
        out.write(part, 0, inflater.inflate(part));
        assertThat(inflater.getRemaining()).isZero();
        inflater.end();
        return out.toByteArray();
    }
}
