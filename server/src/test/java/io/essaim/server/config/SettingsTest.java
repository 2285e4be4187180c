package io.essaim.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SettingsTest {

    @Test
    void keysAreDifferent() {
        assertThat(Settings.all()).extracting(Setting::key).doesNotHaveDuplicates();
    }

    @Test
    void groupsTogetherHoldEverySettingInOrder() {
        assertThat(Arrays.stream(Group.values()).flatMap(group -> Settings.in(group).stream()))
                .containsExactlyElementsOf(Settings.all());
    }

    @Test
    void namesDeriveFromTheKey() {
        assertThat(Settings.MAX_CONNECTIONS.key()).isEqualTo("max-connections");
        assertThat(Settings.MAX_CONNECTIONS.flag()).isEqualTo("--max-connections");
        assertThat(Settings.MAX_CONNECTIONS.variable()).isEqualTo("ESSAIM_MAX_CONNECTIONS");
    }

    @ParameterizedTest
    @MethodSource("io.essaim.server.config.Settings#all")
    void everyDefaultIsWithinItsOwnLimitsAndReadsBack(Setting<?> setting) throws InvalidValueException {
        assertThat((Object) setting.form().parse(setting.defaultText())).isEqualTo(setting.defaultValue());
    }

    @ParameterizedTest
    @MethodSource("io.essaim.server.config.Settings#all")
    void everySettingIsDescribedOnOneLineWithoutAFullStop(Setting<?> setting) {
        assertThat(setting.key()).matches("[a-z]+(-[a-z]+)*");
        assertThat(setting.description()).matches("[A-Z][^\\n]{5,100}[^.]");
        assertThat(setting.limits()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("io.essaim.server.config.Settings#all")
    void theMarkdownTableHasARowForEverySetting(Setting<?> setting) {
        assertThat(SettingsTable.markdown().lines())
                .filteredOn(line -> line.startsWith("| `" + setting.key() + "` | `" + setting.defaultText() + "` | "))
                .singleElement()
                .asString()
                .contains(setting.description());
    }
}
