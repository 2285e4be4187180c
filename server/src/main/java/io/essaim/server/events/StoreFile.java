package io.essaim.server.events;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * The SQLite file of a log: who has it, that it is one, and its tables. Beside it stand a lock file, which keeps a second
 * server out, and SQLite's own with what is not in the file yet. One thread at a time.
 */
final class StoreFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFile.class);

    /** "Essa": what tells the file from those of others. */
    private static final int APPLICATION_ID = 0x45737361;

    private static final int VERSION = 1;
    private static final int BUSY_MILLIS = 2_000;

    /**
     * Offsets that are left out when the log was not left in order: without {@code event-store-sync} the loss of power
     * takes its end with it, and what stood there must not be numbered again, since clients have cursors from there.
     */
    static final long OFFSETS_LOST_MAX = 1_000_000;

    /** Of as many crashes it is remembered where they were. */
    private static final int LOST_PARTS_MAX = 256;

    private static final String[] TABLES = {
        "CREATE TABLE log (only INTEGER PRIMARY KEY CHECK (only = 1), epoch INTEGER NOT NULL, newest INTEGER NOT NULL,"
                + " forgotten_to INTEGER NOT NULL, in_order INTEGER NOT NULL)",
        "CREATE TABLE lost (after INTEGER PRIMARY KEY, resumed_at INTEGER NOT NULL)",
        "CREATE TABLE events (offset INTEGER PRIMARY KEY, room TEXT NOT NULL, type TEXT NOT NULL,"
                + " priority TEXT NOT NULL, data TEXT NOT NULL, source_agent_id INTEGER, circle_id INTEGER,"
                + " project_id INTEGER, event_id TEXT NOT NULL, time_us INTEGER NOT NULL, sequence INTEGER,"
                + " taken_us INTEGER NOT NULL, withheld INTEGER NOT NULL)",
        "CREATE TABLE known (offset INTEGER PRIMARY KEY, event_id TEXT NOT NULL, id TEXT, key TEXT,"
                + " content INTEGER NOT NULL)",
        "CREATE TABLE rooms (name TEXT PRIMARY KEY, trimmed_to INTEGER NOT NULL) WITHOUT ROWID",
        "PRAGMA application_id = " + APPLICATION_ID,
        "PRAGMA user_version = " + VERSION
    };

    private final FileChannel lockFile;
    private final Connection connection;
    private long epoch;
    private long newest;

    /** Offset of the newest event that is there, or was. */
    private long end;

    private long forgottenTo;

    private StoreFile(FileChannel lockFile, Connection connection) {
        this.lockFile = lockFile;
        this.connection = connection;
    }

    /**
     * Opens the file, or makes it.
     *
     * @param sync whether what is committed survives the loss of power
     * @param newEpoch of a log that begins
     * @throws IOException in words for whoever runs the server
     */
    static StoreFile open(Path path, boolean sync, long newEpoch) throws IOException {
        FileChannel lockFile = lock(path);
        Connection connection = null;
        try {
            connection = connect(path);
            StoreFile file = new StoreFile(lockFile, connection);
            file.prepare(newEpoch);
            file.execute("PRAGMA synchronous = " + (sync ? "FULL" : "NORMAL"));
            connection.setAutoCommit(false);
            return file;
        } catch (SQLException e) {
            closeQuietly(connection);
            closeQuietly(lockFile);
            throw new IOException(
                    path + " is damaged or no store of events (" + e.getMessage()
                            + "); put a copy in its place, or name another file",
                    e);
        } catch (IOException e) {
            closeQuietly(connection);
            closeQuietly(lockFile);
            throw new IOException(path + " " + e.getMessage(), e);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        Path beside = path.resolveSibling(path.getFileName() + ".lock");
        FileChannel channel;
        try {
            if (Files.isDirectory(path)) {
                throw new IOException("it is a directory");
            }
            channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(path + " cannot be opened or made (" + e + ')', e);
        }
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another server of this process has it.
            LOG.debug("{} is locked", beside, e);
        }
        if (lock == null) {
            closeQuietly(channel);
            throw new IOException(path + " is another server's, which runs; stop that one, or name another file");
        }
        return channel;
    }

    private static Connection connect(Path path) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // What is written while it is opened must survive anything; after that as is asked for.
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        return config.createConnection("jdbc:sqlite:" + path.toAbsolutePath());
    }

    private void prepare(long newEpoch) throws SQLException, IOException {
        long application = number("PRAGMA application_id");
        long version = number("PRAGMA user_version");
        boolean empty = number("SELECT count(*) FROM sqlite_master") == 0;
        if (empty && application == 0) {
            connection.setAutoCommit(false);
            for (String table : TABLES) {
                execute(table);
            }
            execute("INSERT INTO log VALUES (1, " + newEpoch + ", 0, 0, 1)");
            connection.commit();
            connection.setAutoCommit(true);
        } else if (application != APPLICATION_ID) {
            throw new IOException("is a database of something else; name another file");
        } else if (version > VERSION) {
            throw new IOException("is of a newer version of Essaim (" + version + ", this one knows " + VERSION
                    + "); use that one, or name another file");
        }
        check();
        readLog();
        connection.setAutoCommit(false);
        execute("UPDATE log SET in_order = 0, newest = " + newest);
        if (newest > end) {
            execute("INSERT OR REPLACE INTO lost VALUES (" + end + ", " + newest + ")");
            execute("DELETE FROM lost WHERE after NOT IN (SELECT after FROM lost ORDER BY after DESC LIMIT "
                    + LOST_PARTS_MAX + ")");
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private void check() throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
            String found = rows.next() ? rows.getString(1) : "nothing";
            if (!"ok".equals(found)) {
                throw new IOException("is damaged (" + found + "); put a copy in its place, or name another file");
            }
        }
    }

    private void readLog() throws SQLException, IOException {
        boolean inOrder;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT epoch, newest, forgotten_to, in_order FROM log")) {
            if (!row.next()) {
                throw new IOException("is damaged (it has no epoch); put a copy in its place, or name another file");
            }
            epoch = row.getLong(1);
            newest = row.getLong(2);
            forgottenTo = row.getLong(3);
            inOrder = row.getBoolean(4);
        }
        newest = Math.max(newest, number("SELECT coalesce(max(offset), 0) FROM events"));
        end = newest;
        if (!inOrder) {
            newest += OFFSETS_LOST_MAX;
        }
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    Connection connection() {
        return connection;
    }

    long epoch() {
        return epoch;
    }

    /** The next event is numbered after this. */
    long newest() {
        return newest;
    }

    /** Up to which offset rooms that are gone may have had events. */
    long forgottenTo() {
        return forgottenTo;
    }

    @Override
    public void close() {
        try {
            connection.rollback();
            execute("UPDATE log SET in_order = 1");
            connection.commit();
        } catch (SQLException e) {
            // The next start takes it as one that was cut off, which is harmless.
            LOG.warn("The event store was not left in order: {}", e.getMessage());
        }
        abandon();
    }

    /** Gives the file back as it is. */
    void abandon() {
        closeQuietly(connection);
        closeQuietly(lockFile);
    }

    static void closeQuietly(@Nullable AutoCloseable closeable) {
        if (closeable == null) {
            return;
        }
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.warn("Closing the event store failed: {}", e.getMessage());
        }
    }
}
