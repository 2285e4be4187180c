package io.essaim.bench.report;

import java.util.List;

/** @param id for links to it */
record Section(String id, String title, List<Block> blocks) {}
