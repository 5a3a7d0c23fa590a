#include "fault_vfs.h"
#include "power_cut.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct fault_disk {
    sqlite3_vfs vfs; // first: SQLite hands us the one, and we take the other
    sqlite3_vfs *real;
    pthread_mutex_t mutex; // guards all below
    pthread_cond_t unblocked;
    int blocked;
    int operations;
    int64_t nth, seen, failures;
    int code;
    bool lasts, read_only;
    int64_t limit, unsynced, open_files;
    int system_error;
    int losing_files;
    int64_t losing_nth, losing_seen;
    unsigned sync_microseconds;
    history *history; // NULL where the power isn't cut; guards itself
};

typedef struct {
    sqlite3_file base;
    fault_disk *disk;
    bool is_unsynced; // guarded by the disk's mutex
    int kind; // what it is to SQLite
    int64_t number; // in the history; negative where it isn't in there
    int64_t losses; // of which this one has been told; guarded by the disk's mutex
    bool syncs_folder; // with its next sync; guarded by the disk's mutex
    sqlite3_file *real; // lies right behind this
} fault_file;

static sqlite3_file *real_of(sqlite3_file *file) { return ((fault_file *)file)->real; }
static fault_disk *disk_of(sqlite3_file *file) { return ((fault_file *)file)->disk; }

// With the mutex held: it is let go of meanwhile.
static void wait_while_blocked(fault_disk *disk, int operation) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += FAULT_BLOCK_SECONDS;
    while (disk->blocked & operation) {
        if (pthread_cond_timedwait(&disk->unblocked, &disk->mutex, &end) == 0) continue;
        disk->blocked = 0;
        pthread_cond_broadcast(&disk->unblocked);
    }
}

// Counts the operation, and says whether it fails: SQLITE_OK when it doesn't.
static int fault(fault_disk *disk, int operation) {
    int code = SQLITE_OK;
    pthread_mutex_lock(&disk->mutex);
    if (disk->blocked & operation) wait_while_blocked(disk, operation);
    if (disk->operations & operation) {
        disk->seen++;
        if (disk->seen == disk->nth || (disk->lasts && disk->seen > disk->nth)) {
            disk->failures++;
            code = disk->code;
        }
    }
    pthread_mutex_unlock(&disk->mutex);
    return code;
}

static bool exceeds_limit(fault_disk *disk, int64_t end) {
    pthread_mutex_lock(&disk->mutex);
    bool exceeds = disk->limit >= 0 && end > disk->limit;
    if (exceeds) disk->failures++;
    pthread_mutex_unlock(&disk->mutex);
    return exceeds;
}

static void mark_unsynced(fault_file *file, bool is_unsynced) {
    pthread_mutex_lock(&file->disk->mutex);
    if (file->is_unsynced != is_unsynced) file->disk->unsynced += is_unsynced ? 1 : -1;
    file->is_unsynced = is_unsynced;
    pthread_mutex_unlock(&file->disk->mutex);
}

static void note(fault_file *file, step_kind kind, int64_t offset, const void *bytes, int64_t count) {
    if (file->number >= 0) history_add(file->disk->history, kind, file->number, offset, bytes, count);
}

// Files

static void count_open(fault_disk *disk, int change) {
    pthread_mutex_lock(&disk->mutex);
    disk->open_files += change;
    pthread_mutex_unlock(&disk->mutex);
}

static int file_close(sqlite3_file *file) {
    mark_unsynced((fault_file *)file, false);
    count_open(disk_of(file), -1);
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int code = fault(disk_of(file), FAULT_READ);
    return code ? code : real_of(file)->pMethods->xRead(real_of(file), bytes, count, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    sqlite3_file *real = real_of(file);
    int code = fault(disk_of(file), FAULT_WRITE);
    if (code == SQLITE_OK && exceeds_limit(disk_of(file), offset + count)) code = SQLITE_FULL;
    mark_unsynced((fault_file *)file, true);
    if (code != SQLITE_OK) count /= 2;
    note((fault_file *)file, STEP_WRITE, offset, bytes, count);
    int written = real->pMethods->xWrite(real, bytes, count, offset);
    return code ? code : written;
}

// Whether the sync loses what it was to write.
static bool loses(fault_file *file) {
    fault_disk *disk = file->disk;
    pthread_mutex_lock(&disk->mutex);
    bool loses = (disk->losing_files & file->kind) && ++disk->losing_seen == disk->losing_nth;
    if (loses) disk->failures++;
    pthread_mutex_unlock(&disk->mutex);
    return loses;
}

// Whoever had the file open when a sync of it lost something is told once, as Linux does, and what they wrote since
// reaches the disk all the same. https://docs.kernel.org/filesystems/vfs.html#handling-errors-during-writeback
static bool learns_of_loss(fault_file *file) {
    if (file->number < 0) return false;
    int64_t losses = history_losses(file->disk->history, file->number);
    pthread_mutex_lock(&file->disk->mutex);
    bool is_new = file->losses != losses;
    file->losses = losses;
    pthread_mutex_unlock(&file->disk->mutex);
    return is_new;
}

static bool takes_folder_sync(fault_file *file) {
    pthread_mutex_lock(&file->disk->mutex);
    bool syncs = file->syncs_folder;
    file->syncs_folder = false;
    pthread_mutex_unlock(&file->disk->mutex);
    return syncs;
}

// No power is really cut, so nothing really has to reach the disk, which would take its time.
static int record_sync(fault_file *file) {
    history *history = file->disk->history;
    int64_t before = history_count(history);
    pthread_mutex_lock(&file->disk->mutex);
    unsigned microseconds = file->disk->sync_microseconds;
    pthread_mutex_unlock(&file->disk->mutex);
    if (microseconds > 0) usleep(microseconds);
    if (loses(file)) {
        history_add(history, STEP_LOSE, file->number, before, NULL, 0);
        learns_of_loss(file);
        return SQLITE_IOERR_FSYNC;
    }
    history_add(history, STEP_SYNC, file->number, before, NULL, 0);
    if (takes_folder_sync(file)) history_add(history, STEP_SYNC_FOLDER, file->number, 0, NULL, 0);
    return learns_of_loss(file) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int file_sync(sqlite3_file *base, int flags) {
    fault_file *file = (fault_file *)base;
    int code = fault(file->disk, FAULT_SYNC);
    if (code == SQLITE_OK && file->number >= 0) code = record_sync(file);
    if (code == SQLITE_OK) mark_unsynced(file, false);
    return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = fault(disk_of(file), FAULT_TRUNCATE);
    if (code) return code;
    note((fault_file *)file, STEP_TRUNCATE, size, NULL, 0);
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    int code = fault(disk_of(file), FAULT_FILE_SIZE);
    return code ? code : real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level) {
    int code = fault(disk_of(file), FAULT_LOCK);
    return code ? code : real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **address) {
    int code = fault(disk_of(file), FAULT_SHM_MAP);
    return code ? code : real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, address);
}

// A lock can always be let go.
static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    int code = flags & SQLITE_SHM_LOCK ? fault(disk_of(file), FAULT_SHM_LOCK) : SQLITE_OK;
    return code ? code : real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static int file_unlock(sqlite3_file *file, int level) {
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}
static int file_check_reserved_lock(sqlite3_file *file, int *is_reserved) {
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), is_reserved);
}
static int file_control(sqlite3_file *file, int operation, void *argument) {
    fault_disk *disk = disk_of(file);
    pthread_mutex_lock(&disk->mutex);
    int error = disk->system_error;
    pthread_mutex_unlock(&disk->mutex);
    if (operation == SQLITE_FCNTL_LAST_ERRNO && error) return *(int *)argument = error, SQLITE_OK;
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}
static int file_sector_size(sqlite3_file *file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); }
static int file_characteristics(sqlite3_file *file) {
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}
static void file_shm_barrier(sqlite3_file *file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); }
static int file_shm_unmap(sqlite3_file *file, int delete) {
    return real_of(file)->pMethods->xShmUnmap(real_of(file), delete);
}

// Version 2: with the shared memory that the WAL needs, and without reading through memory maps, past us.
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

// The file system

static int disk_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags, int *out_flags) {
    fault_disk *disk = (fault_disk *)vfs;
    fault_file *file = (fault_file *)base;
    base->pMethods = NULL;
    int code = fault(disk, FAULT_OPEN);
    if (code) return code;

    pthread_mutex_lock(&disk->mutex);
    if (disk->read_only) flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
    pthread_mutex_unlock(&disk->mutex);
    file->disk = disk;
    file->is_unsynced = false;
    file->kind = flags & FAULT_FILES;
    file->number = -1;
    if (disk->history && file->kind) file->number = history_file(disk->history, name);
    bool existed = file->number < 0 || access(name, F_OK) == 0;
    file->losses = file->number < 0 ? 0 : history_losses(disk->history, file->number);
    // As SQLite's own VFS does with what isn't the database itself.
    file->syncs_folder = (flags & SQLITE_OPEN_CREATE) && !(flags & SQLITE_OPEN_MAIN_DB);
    file->real = (sqlite3_file *)(file + 1);
    file->real->pMethods = NULL;
    code = disk->real->xOpen(disk->real, name, file->real, flags, out_flags);
    if (file->real->pMethods) {
        base->pMethods = &methods;
        count_open(disk, 1);
        if (!existed) note(file, STEP_CREATE, 0, NULL, 0);
    }
    return code;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync_folder) {
    fault_disk *disk = (fault_disk *)vfs;
    int code = fault(disk, FAULT_DELETE);
    if (code) return code;
    if (disk->history && access(name, F_OK) == 0) {
        int64_t number = history_file(disk->history, name);
        history_add(disk->history, sync_folder ? STEP_DELETE_SYNCED : STEP_DELETE, number, 0, NULL, 0);
    }
    return disk->real->xDelete(disk->real, name, sync_folder);
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    fault_disk *disk = (fault_disk *)vfs;
    return disk->real->xAccess(disk->real, name, flags, result);
}

static int disk_full_pathname(sqlite3_vfs *vfs, const char *name, int count, char *full) {
    fault_disk *disk = (fault_disk *)vfs;
    return disk->real->xFullPathname(disk->real, name, count, full);
}

fault_disk *fault_disk_make(const char *name) {
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    fault_disk *disk = calloc(1, sizeof *disk);
    if (!real || !disk) return free(disk), NULL;
    disk->vfs = *real; // time, randomness and sleep are the real one's, which needs nothing of its own for them
    disk->vfs.szOsFile = (int)sizeof(fault_file) + real->szOsFile;
    disk->vfs.pNext = NULL;
    disk->vfs.zName = strdup(name);
    disk->vfs.xOpen = disk_open;
    disk->vfs.xDelete = disk_delete;
    disk->vfs.xAccess = disk_access;
    disk->vfs.xFullPathname = disk_full_pathname;
    disk->real = real;
    disk->limit = -1;
    pthread_mutex_init(&disk->mutex, NULL);
    pthread_cond_init(&disk->unblocked, NULL);
    if (sqlite3_vfs_register(&disk->vfs, 0) != SQLITE_OK) return fault_disk_free(disk), NULL;
    return disk;
}

void fault_disk_free(fault_disk *disk) {
    sqlite3_vfs_unregister(&disk->vfs);
    pthread_cond_destroy(&disk->unblocked);
    pthread_mutex_destroy(&disk->mutex);
    if (disk->history) history_free(disk->history);
    free((char *)disk->vfs.zName);
    free(disk);
}

// Telling it when to fail

void fault_disk_arm(fault_disk *disk, int operations, int64_t nth, int code, bool lasts) {
    pthread_mutex_lock(&disk->mutex);
    disk->operations = operations;
    disk->nth = nth;
    disk->seen = disk->failures = 0;
    disk->code = code;
    disk->lasts = lasts;
    pthread_mutex_unlock(&disk->mutex);
}

void fault_disk_mend(fault_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    disk->operations = disk->losing_files = 0;
    disk->limit = -1;
    disk->read_only = false;
    pthread_mutex_unlock(&disk->mutex);
}

void fault_disk_block(fault_disk *disk, int operations) {
    pthread_mutex_lock(&disk->mutex);
    disk->blocked = operations;
    pthread_cond_broadcast(&disk->unblocked);
    pthread_mutex_unlock(&disk->mutex);
}

void fault_disk_limit(fault_disk *disk, int64_t bytes) {
    pthread_mutex_lock(&disk->mutex);
    disk->limit = bytes;
    pthread_mutex_unlock(&disk->mutex);
}

void fault_disk_set_system_error(fault_disk *disk, int number) {
    pthread_mutex_lock(&disk->mutex);
    disk->system_error = number;
    pthread_mutex_unlock(&disk->mutex);
}

void fault_disk_set_read_only(fault_disk *disk, bool read_only) {
    pthread_mutex_lock(&disk->mutex);
    disk->read_only = read_only;
    pthread_mutex_unlock(&disk->mutex);
}

int64_t fault_disk_seen(fault_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    int64_t seen = disk->seen;
    pthread_mutex_unlock(&disk->mutex);
    return seen;
}

int64_t fault_disk_failures(fault_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    int64_t failures = disk->failures;
    pthread_mutex_unlock(&disk->mutex);
    return failures;
}

int64_t fault_disk_open_files(fault_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    int64_t open_files = disk->open_files;
    pthread_mutex_unlock(&disk->mutex);
    return open_files;
}

int64_t fault_disk_unsynced(fault_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    int64_t unsynced = disk->unsynced;
    pthread_mutex_unlock(&disk->mutex);
    return unsynced;
}

// Cutting the power

bool fault_disk_record(fault_disk *disk, const char *path) {
    disk->history = history_make(path);
    return disk->history != NULL;
}

void fault_disk_lose(fault_disk *disk, int files, int64_t nth) {
    pthread_mutex_lock(&disk->mutex);
    disk->losing_files = files;
    disk->losing_nth = nth;
    disk->losing_seen = disk->failures = 0;
    pthread_mutex_unlock(&disk->mutex);
}

void fault_disk_set_sync_time(fault_disk *disk, unsigned microseconds) {
    pthread_mutex_lock(&disk->mutex);
    disk->sync_microseconds = microseconds;
    pthread_mutex_unlock(&disk->mutex);
}

int64_t fault_disk_moment(fault_disk *disk) { return history_count(disk->history); }

bool fault_disk_cut(fault_disk *disk, int64_t moment, uint64_t seed, const char *folder) {
    return history_cut(disk->history, moment, seed, folder);
}
