package io.essaim.protocol.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The different labels of one message, numbered as they come, found by their characters: a label that is there already
 * costs no string. They are hashed with a multiplier that nobody outside knows, so that none can be chosen to fall
 * together. Not thread-safe.
 */
final class LabelTable {
    private static final int NONE = -1;

    private final int multiplier = new SplittableRandom().nextInt() | 1;
    private final List<String> labels = new ArrayList<>();
    private int[] slots = new int[64];

    LabelTable() {
        Arrays.fill(slots, NONE);
    }

    void clear() {
        if (!labels.isEmpty()) {
            labels.clear();
            Arrays.fill(slots, NONE);
        }
    }

    int size() {
        return labels.size();
    }

    String label(int number) {
        return labels.get(number);
    }

    /** In the order of their numbers. */
    List<String> labels() {
        return labels;
    }

    /** The label's number; a new one gets the next. */
    int number(char[] chars, int offset, int length) {
        int slot = slot(hash(chars, offset, length));
        while (slots[slot] != NONE) {
            if (equal(labels.get(slots[slot]), chars, offset, length)) {
                return slots[slot];
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        labels.add(new String(chars, offset, length));
        slots[slot] = labels.size() - 1;
        if (2 * labels.size() > slots.length) {
            grow();
        }
        return labels.size() - 1;
    }

    private void grow() {
        slots = new int[2 * slots.length];
        Arrays.fill(slots, NONE);
        for (int number = 0; number < labels.size(); number++) {
            char[] chars = labels.get(number).toCharArray();
            int slot = slot(hash(chars, 0, chars.length));
            while (slots[slot] != NONE) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = number;
        }
    }

    private int slot(int hash) {
        return (hash ^ (hash >>> 16)) & (slots.length - 1);
    }

    private int hash(char[] chars, int offset, int length) {
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            hash = multiplier * hash + chars[i];
        }
        return hash;
    }

    private static boolean equal(String label, char[] chars, int offset, int length) {
        if (label.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (label.charAt(i) != chars[offset + i]) {
                return false;
            }
        }
        return true;
    }
}
