package io.sluice.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.map.EntryProcessor;
import io.sluice.claim.Claim;
import io.sluice.claim.ClaimAnswer.Verdict;
import io.sluice.claim.ClaimState;
import io.sluice.grip.ClientPolicy;
import java.util.AbstractMap.SimpleEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What owner and backup do with a claim: the same, from the bytes that cross the network. */
class ClaimProcessorsTest {
    private static final String[] NOBODY = {};

    private final SerializationService serials = new DefaultSerializationServiceBuilder()
            .addDataSerializableFactory(Serials.FACTORY, new Serials())
            .build();

    private final Map.Entry<String, @Nullable ClaimEntry> owner = new SimpleEntry<>("ann", null);
    private final Map.Entry<String, @Nullable ClaimEntry> backup = new SimpleEntry<>("ann", null);

    private static Claim claim(String connection) {
        return new Claim(0, "n1", "n1#1", connection, 5);
    }

    private <T> T copied(T value) {
        Data bytes = serials.toData(value);
        return serials.toObject(bytes);
    }

    /** On the owner as sent, on the backup as replayed; twice, as after a retry. */
    private <R> R run(EntryProcessor<String, @Nullable ClaimEntry, R> processor) {
        R answer = copied(processor).process(owner);
        R again = copied(processor).process(owner);
        EntryProcessor<String, @Nullable ClaimEntry, R> replay = processor.getBackupProcessor();
        copied(requireNonNull(replay)).process(backup);
        assertThat(state(backup)).isEqualTo(state(owner));
        if (answer instanceof ClaimReply first && again instanceof ClaimReply second) {
            assertThat(second.answer()).isEqualTo(first.answer());
        }
        return answer;
    }

    private static ClaimState state(Map.Entry<String, @Nullable ClaimEntry> entry) {
        return ClaimEntry.read(entry);
    }

    @Test
    void claims_are_taken_made_sure_of_released_and_swept() {
        ClaimReply one = copied(run(new TakeClaim(claim("c1"), ClientPolicy.NEWEST, NOBODY, 1000)));
        assertThat(one.answer().verdict()).isEqualTo(Verdict.TAKEN);
        ClaimReply two = copied(run(new TakeClaim(claim("c2"), ClientPolicy.NEWEST, NOBODY, 1000)));
        assertThat(two.answer().others()).extracting(Claim::connection).containsExactly("c1");
        Claim own = state(owner).holders().get(0);
        assertThat(copied(run(new StandClaim(own, 1, NOBODY))).answer().verdict())
                .isEqualTo(Verdict.TAKEN);
        run(new ReleaseClaim("c1", 0));
        assertThat(state(owner).leaving()).isEmpty();
        run(new ReleaseClaim("c2", 1));
        assertThat(state(owner).holders()).as("a token that is another's").hasSize(1);
        run(new SweepClaims(new String[] {"n1#1"}));
        assertThat(state(owner).vacant()).isTrue();
        assertThat(state(owner).lastToken()).isEqualTo(own.token());
        ClaimReply refused = copied(new ClaimReply(one.answer()));
        assertThat(refused.answer()).isEqualTo(one.answer());
    }

    @Test
    void an_entry_travels_whole() {
        var state = new ClaimState(
                9, 2, List.of(new Claim(9, "n1", "i", "c", 3)), List.of(new Claim(4, "n2", "j", "d", 1)));
        assertThat(copied(new ClaimEntry(state)).state()).isEqualTo(state);
        assertThat(copied(new MergeClaims())).isInstanceOf(MergeClaims.class);
    }
}
