package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.spi.merge.MergingValue;
import java.util.AbstractMap.SimpleEntry;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InterestProcessorsTest {
    private final SerializationService serials = new DefaultSerializationServiceBuilder()
            .addDataSerializableFactory(Serials.FACTORY, new Serials())
            .build();

    /** Against a set; each is run twice, as Hazelcast may, and replayed on a backup over the wire. */
    @Property
    void behavesAsASetOnBothReplicas(@ForAll @Size(max = 40) List<@IntRange(min = 0, max = 9) Integer> steps) {
        var model = new TreeSet<String>();
        var primary = entry();
        var backup = entry();
        for (int step : steps) {
            String node = "n" + step / 2;
            if (step % 2 == 0) {
                model.add(node);
            } else {
                model.remove(node);
            }
            EntryProcessor<String, @Nullable ChannelEntry, String[]> processor =
                    step % 2 == 0 ? new AddInterest(node) : new RemoveInterest(node);
            assertThat(processor.process(primary)).containsExactlyElementsOf(model);
            assertThat(processor.process(primary)).containsExactlyElementsOf(model);
            over(processor).process(backup);
            assertThat(over(new ReadInterest()).process(backup)).containsExactlyElementsOf(model);
            assertThat(primary.getValue() == null).isEqualTo(model.isEmpty());
        }
    }

    @Test
    void anEntryKeepsItsNodesOverTheWire() {
        ChannelEntry entry = ChannelEntry.with(ChannelEntry.with(null, "b"), "a");
        assertThat(over(entry).nodes()).containsExactly("a", "b");
    }

    @Test
    void anUnchangedEntryIsTheSame() {
        ChannelEntry entry = ChannelEntry.with(null, "b");
        assertThat(ChannelEntry.with(entry, "b")).isSameAs(entry);
        assertThat(entry.without("c")).isSameAs(entry);
        assertThat(entry.without("b")).isNull();
    }

    @Test
    void aReadHasNothingToReplay() {
        assertThat(new ReadInterest().getBackupProcessor()).isNull();
        assertThat(new AddInterest("a").getBackupProcessor()).isNotNull();
    }

    @Test
    void afterADivisionTheNodesOfBothSidesAreInterested() {
        MergeChannels merge = over(new MergeChannels());
        ChannelEntry ab = ChannelEntry.with(ChannelEntry.with(null, "a"), "b");
        ChannelEntry bc = ChannelEntry.with(ChannelEntry.with(null, "c"), "b");
        assertThat(merge.merge(value(ab), value(bc)))
                .isInstanceOfSatisfying(
                        ChannelEntry.class, all -> assertThat(all.nodes()).containsExactly("a", "b", "c"));
        assertThat(merge.merge(value(ab), null)).isSameAs(ab);
    }

    @Test
    void anUnknownTypeIsRefused() {
        assertThatThrownBy(() -> new Serials().create(99)).isInstanceOf(IllegalArgumentException.class);
    }

    private <T> T over(T object) {
        Data data = serials.toData(object);
        return serials.toObject(data);
    }

    private static Map.Entry<String, @Nullable ChannelEntry> entry() {
        return new SimpleEntry<>("c", null);
    }

    private static MergingValue<ChannelEntry> value(ChannelEntry entry) {
        return new MergingValue<>() {
            @Override
            public ChannelEntry getDeserializedValue() {
                return entry;
            }

            @Override
            public Object getRawValue() {
                return entry;
            }
        };
    }
}
