package io.essaim.server.config;

import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Values as YAML on one line. */
public final class YamlText {
    private YamlText() {}

    /** @param value a text or a list of texts; quoted where YAML would read it as something else */
    public static String of(Object value) {
        DumpSettings oneLine = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.FLOW)
                .setMultiLineFlow(false)
                .setSplitLines(false)
                .setWidth(Integer.MAX_VALUE)
                .build();
        return new Dump(oneLine).dumpToString(value).strip();
    }
}
