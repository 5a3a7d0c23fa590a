#ifndef FAULT_VFS_H
#define FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

/// A disk that fails when it is told to: a SQLite VFS over the system's own.
/// Each has a name of its own, so that tests can run side by side. All functions may be called on any thread.
/// https://www.sqlite.org/vfs.html
typedef struct fault_disk fault_disk;

/// What can fail, to be combined.
enum {
    FAULT_OPEN = 1,
    FAULT_READ = 2,
    FAULT_WRITE = 4,
    FAULT_SYNC = 8,
    FAULT_TRUNCATE = 16,
    FAULT_DELETE = 32,
    FAULT_FILE_SIZE = 64,
    FAULT_LOCK = 128,
    FAULT_SHM_MAP = 256,
    FAULT_SHM_LOCK = 512
};

/// Registers the VFS. NULL when that can't be done.
fault_disk *fault_disk_make(const char *name);

/// Only when no connection uses it any more.
void fault_disk_free(fault_disk *disk);

/// From now on the nth of these operations fails with that result code of SQLite, and the later ones too where it lasts.
/// A write that fails leaves its first half.
void fault_disk_arm(fault_disk *disk, int operations, int64_t nth, int code, bool lasts);

/// Ends every fault and every limit.
void fault_disk_mend(fault_disk *disk);

/// How long operations wait at most.
enum { FAULT_BLOCK_SECONDS = 20 };

/// From now on these operations wait, and no others: until this is called again, or the first of them has waited that long.
void fault_disk_block(fault_disk *disk, int operations);

/// No file can grow beyond that many bytes. Negative for no limit.
void fault_disk_limit(fault_disk *disk, int64_t bytes);

/// The number that its files have for the system's latest error, as the system's own keep it until the next one.
void fault_disk_set_system_error(fault_disk *disk, int number);

/// Whether files that are opened from now on can only be read.
void fault_disk_set_read_only(fault_disk *disk, bool read_only);

/// How many operations it has counted since it was armed, of the kinds that it was armed for.
int64_t fault_disk_seen(fault_disk *disk);

/// How many operations have failed since it was armed.
int64_t fault_disk_failures(fault_disk *disk);

/// How many files hold a write that no sync has followed.
int64_t fault_disk_unsynced(fault_disk *disk);

/// How many files are open.
int64_t fault_disk_open_files(fault_disk *disk);

/// From now on, before any file is opened, it remembers all that is done to databases and their logs and journals, so
/// that the power can be cut: of several processes at the same moment, where each of them has such a disk that remembers
/// in the same file. NULL for memory of its own. False when there is no room.
bool fault_disk_record(fault_disk *disk, const char *path);

/// The files that lose what a sync was to write: the flags that SQLite opens them with, to be combined.
enum { FAULT_DATABASE = 0x100, FAULT_JOURNAL = 0x800, FAULT_LOG = 0x80000, FAULT_FILES = 0x80900 };

/// The nth sync of these files from now on fails, once, and what it was to write never reaches the disk, though it can
/// be read until the power is cut, and though later syncs succeed: a system that can't write pages takes them for
/// written. Only of a disk that records.
void fault_disk_lose(fault_disk *disk, int files, int64_t nth);

/// How long a sync takes on a disk that records. What is written meanwhile isn't part of it.
void fault_disk_set_sync_time(fault_disk *disk, unsigned microseconds);

/// The moment that is now, of a disk that records: a number that grows with everything that is done.
int64_t fault_disk_moment(fault_disk *disk);

/// Puts into a folder the files that a power cut at that moment leaves, under their own names: what had been synced,
/// and of what hadn't been, some sectors, as the seed has it. Disturbs nobody, and can be done again. False when it
/// can't write.
bool fault_disk_cut(fault_disk *disk, int64_t moment, uint64_t seed, const char *folder);

#endif
