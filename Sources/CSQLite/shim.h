#include <sqlite3.h>

// Swift can't call variadic functions.

/// Turns SQLite's memory statistics off: they cost every allocation a lock.
/// https://www.sqlite.org/c3ref/c_config_covering_index_scan.html#sqliteconfigmemstatus
static inline int faregate_disable_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Slots of 16 KiB, 32 of them, in the connection's own quick memory: what a trigger needs to run fits into one.
/// https://www.sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfiglookaside
static inline int faregate_enlarge_lookaside(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_LOOKASIDE, (void *)0, 16384, 32);
}
