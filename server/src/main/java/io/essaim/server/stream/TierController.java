package io.essaim.server.stream;

/**
 * How many tiers below its full rate something runs: lowered by trouble that goes on, raised one by one by quiet. When
 * trouble follows soon on a raise, the quiet that the next one needs doubles, so that a link which carries 20 frames a
 * second is not tried with 30 all the time; each minute without trouble halves it again. One thread only.
 */
final class TierController {
    /** Windows in a second. */
    static final int WINDOWS_PER_SECOND = 2;

    /** The longest quiet that a raise may need: a minute. */
    static final int QUIET_MAX = 60 * WINDOWS_PER_SECOND;

    /** Trouble within so many windows of a raise is that raise's: 5 s. */
    static final int RELAPSE = 5 * WINDOWS_PER_SECOND;

    /** How a window went. */
    enum Window {
        QUIET,
        UNEASY,
        TROUBLED
    }

    private final int troubleNeeded;
    private final int quietAtFirst;

    private int level;
    private int troubled;
    private int quiet;
    private int quietNeeded;
    private int sinceRaise = RELAPSE;
    private int sinceTrouble;

    /**
     * @param troubleNeeded troubled windows in a row that lower it by one
     * @param quietNeeded quiet windows in a row that raise it by one, at first
     */
    TierController(int troubleNeeded, int quietNeeded) {
        this.troubleNeeded = troubleNeeded;
        this.quietAtFirst = quietNeeded;
        this.quietNeeded = quietNeeded;
    }

    /** Tiers below the full rate. */
    int level() {
        return level;
    }

    /** Takes what a window was like; the level changes by one at most, and never beyond {@code levels}. */
    void window(Window window, int levels) {
        sinceRaise++;
        if (++sinceTrouble % QUIET_MAX == 0) {
            quietNeeded = Math.max(quietAtFirst, quietNeeded / 2);
        }
        switch (window) {
            case TROUBLED -> trouble(levels);
            // Neither ends the quiet nor adds to it: a moment's trouble keeps nobody down.
            case UNEASY -> troubled = 0;
            case QUIET -> quiet();
        }
        level = Math.min(level, levels);
    }

    private void trouble(int levels) {
        quiet = 0;
        sinceTrouble = 0;
        if (++troubled < troubleNeeded || level == levels) {
            return;
        }
        if (sinceRaise <= RELAPSE) {
            quietNeeded = Math.min(2 * quietNeeded, QUIET_MAX);
        }
        troubled = 0;
        level++;
    }

    private void quiet() {
        troubled = 0;
        quiet++;
        if (level > 0 && quiet >= quietNeeded) {
            quiet = 0;
            sinceRaise = 0;
            level--;
        }
    }
}
