#include "power_cut.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SECTOR = 512 };

typedef struct {
    int64_t size; // with the bytes, which follow, and what makes it a multiple of eight
    int64_t kind, file, offset, count;
} step;

// As much as any history needs: the system gives memory, or a place in the file, only where something is written.
static const int64_t capacity = (int64_t)1 << 30;

// What processes may have in common. The next step's number goes up first and its place last: a process that is killed
// in between leaves a number that no step has, and no step that has no number.
typedef struct {
    int64_t end, next;
    int64_t count; // follows when steps are complete, so that whoever reads up to there needs no lock
    unsigned char steps[];
} record;

struct history {
    pthread_mutex_t mutex; // with the file's lock it guards where the next step goes, and its number
    int file; // negative where the memory is its own
    record *record;
};

static void lock(history *history) {
    pthread_mutex_lock(&history->mutex);
    // The system takes it back from a process that is killed.
    if (history->file >= 0) flock(history->file, LOCK_EX);
}

static void unlock(history *history) {
    if (history->file >= 0) flock(history->file, LOCK_UN);
    pthread_mutex_unlock(&history->mutex);
}

static step *step_at(const history *history, int64_t position) {
    return (step *)(history->record->steps + position);
}
static const unsigned char *bytes_of(const step *step) { return (const unsigned char *)(step + 1); }

history *history_make(const char *path) {
    history *history = calloc(1, sizeof *history);
    if (!history) return NULL;
    history->file = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    bool has_room = !path || (history->file >= 0 && ftruncate(history->file, capacity) == 0);
    int flags = path ? MAP_SHARED : MAP_PRIVATE | MAP_ANON | MAP_NORESERVE;
    void *record = has_room ? mmap(NULL, capacity, PROT_READ | PROT_WRITE, flags, history->file, 0) : MAP_FAILED;
    if (record == MAP_FAILED) {
        if (history->file >= 0) close(history->file);
        return free(history), NULL;
    }
    history->record = record;
    pthread_mutex_init(&history->mutex, NULL);
    return history;
}

void history_free(history *history) {
    munmap(history->record, capacity);
    if (history->file >= 0) close(history->file);
    pthread_mutex_destroy(&history->mutex);
    free(history);
}

int64_t history_count(history *history) { return __atomic_load_n(&history->record->count, __ATOMIC_ACQUIRE); }

static void add(history *history, step_kind kind, int64_t file, int64_t offset, const void *bytes, int64_t count) {
    int64_t size = (int64_t)sizeof(step) + (count + 7) / 8 * 8;
    if ((int64_t)sizeof(record) + history->record->end + size > capacity) {
        fputs("the disk's history is too long\n", stderr);
        abort();
    }
    step *new = step_at(history, history->record->end);
    *new = (step){.size = size, .kind = kind, .file = file, .offset = offset, .count = count};
    if (count > 0) memcpy(new + 1, bytes, count);
    history->record->next++;
    history->record->end += size;
}

static void publish(history *history) {
    __atomic_store_n(&history->record->count, history->record->next, __ATOMIC_RELEASE);
}

void history_add(history *history, step_kind kind, int64_t file, int64_t offset, const void *bytes, int64_t count) {
    lock(history);
    add(history, kind, file, offset, bytes, count);
    if (kind == STEP_LOSE) __atomic_fetch_add(&step_at(history, file)->offset, 1, __ATOMIC_RELAXED);
    publish(history);
    unlock(history);
}

// What a file holds that was there before: in one step, or a moment would have a part of it.
static void add_content(history *history, int64_t file, FILE *content) {
    fseek(content, 0, SEEK_END);
    long size = ftell(content);
    rewind(content);
    unsigned char *bytes = malloc((size_t)size + 1);
    if (!bytes || fread(bytes, 1, (size_t)size, content) != (size_t)size) abort();
    add(history, STEP_CONTENT, file, 0, bytes, size);
    free(bytes);
}

int64_t history_file(history *history, const char *path) {
    lock(history);
    int64_t file = 0;
    for (; file < history->record->end; file += step_at(history, file)->size) {
        const step *step = step_at(history, file);
        if (step->kind == STEP_FILE && strcmp((const char *)bytes_of(step), path) == 0) break;
    }
    if (file == history->record->end) {
        add(history, STEP_FILE, file, 0, path, (int64_t)strlen(path) + 1);
        FILE *content = fopen(path, "rb");
        if (content) {
            add_content(history, file, content);
            fclose(content);
        }
        publish(history); // not before, or a moment would have half of it
    }
    unlock(history);
    return file;
}

// Kept in the step that names the file.
int64_t history_losses(history *history, int64_t file) {
    return __atomic_load_n(&step_at(history, file)->offset, __ATOMIC_RELAXED);
}

// What is left of a file

typedef struct {
    const step *step;
    int64_t number;
} pending_step;

typedef struct {
    int64_t file;
    const char *name;
    bool exists;
    unsigned char *bytes; // on the disk
    int64_t size, room;
    pending_step *pending; // on their way there
    int64_t count, pending_room;
} image;

static void grow(image *image, int64_t size) {
    if (size <= image->size) return;
    if (size > image->room) {
        image->room = size * 2;
        image->bytes = realloc(image->bytes, image->room);
        if (!image->bytes) abort();
    }
    memset(image->bytes + image->size, 0, size - image->size);
    image->size = size;
}

static void put(image *image, const void *bytes, int64_t count, int64_t offset) {
    grow(image, offset + count);
    memcpy(image->bytes + offset, bytes, count);
}

static void apply(image *image, const step *step) {
    switch (step->kind) {
    case STEP_CREATE: image->exists = true; break;
    case STEP_WRITE:
        image->exists = true; // whoever made it may tell so later than another writes to it
        put(image, bytes_of(step), step->count, step->offset);
        break;
    case STEP_TRUNCATE:
        if (step->offset < image->size) image->size = step->offset;
        break;
    case STEP_DELETE:
        image->exists = false;
        image->size = 0;
        break;
    }
}

static void await(image *image, const step *step, int64_t number) {
    if (image->count == image->pending_room) {
        image->pending_room = image->pending_room * 2 + 16;
        image->pending = realloc(image->pending, image->pending_room * sizeof *image->pending);
        if (!image->pending) abort();
    }
    image->pending[image->count++] = (pending_step){step, number};
}

static void drop_first(image *image, int64_t count) {
    image->count -= count;
    memmove(image->pending, image->pending + count, image->count * sizeof *image->pending);
}

static void sync_image(image *image, int64_t before) {
    int64_t count = 0;
    while (count < image->count && image->pending[count].number < before) apply(image, image->pending[count++].step);
    drop_first(image, count);
}

// Only what was written: names and sizes have a journal of their own in every file system.
static void lose(image *image, int64_t before) {
    int64_t kept = 0;
    for (int64_t i = 0; i < image->count; i++) {
        bool is_lost = image->pending[i].number < before && image->pending[i].step->kind == STEP_WRITE;
        if (!is_lost) image->pending[kept++] = image->pending[i];
    }
    image->count = kept;
}

// Names reach the disk, and nothing else does.
static void sync_folder(image *image) {
    for (int64_t i = image->count; i-- > 0;) {
        if (image->pending[i].step->kind != STEP_DELETE) continue;
        apply(image, image->pending[i].step);
        drop_first(image, i + 1);
        break;
    }
    int64_t kept = 0;
    for (int64_t i = 0; i < image->count; i++) {
        if (image->pending[i].step->kind == STEP_CREATE) {
            image->exists = true;
        } else {
            image->pending[kept++] = image->pending[i];
        }
    }
    image->count = kept;
}

// The power cut

// SplitMix64.
static uint64_t next(uint64_t *random) {
    uint64_t mixed = *random += 0x9E3779B97F4A7C15;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
}

static bool survives(int eighths, uint64_t *random) { return (int)(next(random) % 8) < eighths; }

// Sector by sector; and a file may have grown though what was to be in it never came.
static void apply_some(image *image, const step *step, bool is_torn, int eighths, uint64_t *random) {
    int64_t count = is_torn ? (int64_t)(next(random) % (uint64_t)(step->count + 1)) : step->count;
    if (survives(eighths, random)) grow(image, step->offset + count);
    for (int64_t from = 0, to; from < count; from = to) {
        to = from + SECTOR - (step->offset + from) % SECTOR;
        if (to > count) to = count;
        if (survives(eighths, random)) put(image, bytes_of(step) + from, to - from, step->offset + from);
    }
}

// Of each file another share: now and then one has all that was written last while another has nothing of it.
static void cut(image *image, uint64_t *random) {
    static const int shares[] = {0, 1, 4, 7, 8, 8};
    int eighths = shares[next(random) % 6];
    int64_t count = next(random) % 2 ? image->count : (int64_t)(next(random) % (uint64_t)(image->count + 1));
    for (int64_t i = 0; i < count; i++) {
        const step *step = image->pending[i].step;
        if (step->kind == STEP_WRITE) {
            apply_some(image, step, i == count - 1 && survives(3, random), eighths, random);
        } else if (survives(eighths, random)) {
            apply(image, step);
        } else if (step->kind != STEP_TRUNCATE) {
            return; // what follows was done to a file that has no name
        }
    }
}

static bool write_image(const image *image, const char *folder) {
    if (!image->exists) return true;
    const char *slash = strrchr(image->name, '/');
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, slash ? slash + 1 : image->name);
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool is_written = fwrite(image->bytes, 1, image->size, file) == (size_t)image->size;
    return fclose(file) == 0 && is_written;
}

// SQLite gives each database a log and a journal, and has no other files that last.
typedef struct {
    image images[64];
    int count;
} images;

static image *image_of(images *images, const step *step) {
    for (int i = 0; i < images->count; i++) {
        if (images->images[i].file == step->file) return &images->images[i];
    }
    if (images->count == 64) abort();
    image *new = &images->images[images->count++];
    *new = (image){.file = step->file, .name = (const char *)bytes_of(step)};
    return new;
}

static void replay(images *images, const step *step, int64_t number) {
    image *image = image_of(images, step);
    switch (step->kind) {
    case STEP_FILE: break;
    case STEP_CONTENT:
        image->exists = true;
        put(image, bytes_of(step), step->count, 0);
        break;
    case STEP_SYNC: sync_image(image, step->offset); break;
    case STEP_LOSE: lose(image, step->offset); break;
    case STEP_DELETE_SYNCED:
        image->exists = false;
        image->size = image->count = 0;
        break;
    case STEP_SYNC_FOLDER:
        for (int i = 0; i < images->count; i++) sync_folder(&images->images[i]);
        break;
    default: await(image, step, number);
    }
}

bool history_cut(history *history, int64_t moment, uint64_t seed, const char *folder) {
    int64_t count = history_count(history);
    if (moment > count) moment = count;
    images images = {.count = 0};
    const step *step = step_at(history, 0);
    for (int64_t number = 0; number < moment && step->size > 0; number++) {
        replay(&images, step, number);
        step = (const void *)((const unsigned char *)step + step->size);
    }
    bool is_written = true;
    for (int i = 0; i < images.count; i++) {
        cut(&images.images[i], &seed);
        is_written = write_image(&images.images[i], folder) && is_written;
        free(images.images[i].bytes);
        free(images.images[i].pending);
    }
    return is_written;
}
