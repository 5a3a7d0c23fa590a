#include <sqlite3.h>

// Swift can't call variadic functions.

/// Turns SQLite's memory statistics off: they cost every allocation a lock.
/// https://www.sqlite.org/c3ref/c_config_covering_index_scan.html#sqliteconfigmemstatus
static inline int faregate_disable_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
