#include <sqlite3.h>

// Swift can't call variadic functions.

/// Turns SQLite's memory statistics off: they cost every allocation a lock.
/// https://www.sqlite.org/c3ref/c_config_covering_index_scan.html#sqliteconfigmemstatus
static inline int faregate_disable_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

#if defined(__linux__)
// <sched.h> has it for those who define _GNU_SOURCE, which Swift's importer doesn't.
int sched_getcpu(void);

/// The processor that the caller runs on, or has just left.
static inline unsigned faregate_processor(void) { return (unsigned)sched_getcpu(); }
#else
#include <pthread.h>
#include <stdint.h>

/// Which thread the caller is, since this system doesn't tell the processor.
static inline unsigned faregate_processor(void) { return (unsigned)((uintptr_t)pthread_self() >> 12); }
#endif
