#include <sqlite3.h>

// Swift can't call variadic functions.

/// Whether the last connection to close leaves the log beside the file.
/// https://www.sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfignockptonclose
static inline int faregate_keep_log_when_closed(sqlite3 *database, int keeps) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps, (int *)0);
}
