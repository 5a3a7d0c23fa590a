#ifndef POWER_CUT_H
#define POWER_CUT_H

#include <stdbool.h>
#include <stdint.h>

/// All that was done to the files of a disk, in order; nothing in it ever changes. What lies on the disk at a moment,
/// and what is still on its way there, follows from the steps before: a moment is just their number, and the power can
/// be cut at each of them, as often as one likes and long after it has passed. All functions may be called on any
/// thread.
typedef struct history history;

typedef enum {
    STEP_FILE, // a file that is named for the first time; the bytes are its path
    STEP_CONTENT, // all that a file held that was there before, on the disk already
    STEP_CREATE,
    STEP_WRITE,
    STEP_TRUNCATE, // to the offset
    STEP_DELETE,
    STEP_DELETE_SYNCED, // with the folder's sync
    STEP_SYNC, // of what had been done before the step with that offset
    STEP_LOSE, // of what had been written before that: it never reaches the disk
    STEP_SYNC_FOLDER
} step_kind;

/// Kept in that file, where several processes have it in common; NULL for memory of its own. NULL when there is no
/// room.
history *history_make(const char *path);
void history_free(history *history);

/// How many steps there are.
int64_t history_count(history *history);
void history_add(history *history, step_kind kind, int64_t file, int64_t offset, const void *bytes, int64_t count);

/// The file of that path, by which the steps name it. One that nobody knows yet, but exists, is on the disk as it is.
int64_t history_file(history *history, const char *path);

/// How often a sync of the file has lost what it was to write.
int64_t history_losses(history *history, int64_t file);

bool history_cut(history *history, int64_t moment, uint64_t seed, const char *folder);

#endif
