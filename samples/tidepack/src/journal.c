#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* A journal replays what a logger in the field did to its channels. Two slots
 * may name one channel (an alias). */
typedef struct {
    char name[TP_NAME_MAX + 1];
    unsigned touched;
    uint32_t mark;
    uint32_t content_hash;
} channel;

typedef struct {
    channel *slots[TP_SLOTS];
    tp_file *file;
} journal;

static void channel_touch(channel *ch) {
    ch->touched++;
}

static channel *slot_channel(journal *jn, uint8_t slot) {
    return slot < TP_SLOTS ? jn->slots[slot] : NULL;
}

static void channel_close(journal *jn, uint8_t slot) {
    free(jn->slots[slot]);
    jn->slots[slot] = NULL;
}

static tp_status op_open(journal *jn, tp_cursor *in) {
    uint8_t slot = tp_cursor_u8(in);
    uint8_t length = tp_cursor_u8(in);
    const uint8_t *name = tp_cursor_bytes(in, length);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    if (slot >= TP_SLOTS || jn->slots[slot] || length > TP_NAME_MAX) {
        return TP_ERR_JOURNAL;
    }
    channel *ch = calloc(1, sizeof *ch);
    if (!ch) {
        return TP_ERR_MEMORY;
    }
    memcpy(ch->name, name, length);
    jn->slots[slot] = ch;
    return TP_OK;
}

static tp_status op_alias(journal *jn, tp_cursor *in) {
    uint8_t from = tp_cursor_u8(in);
    uint8_t to = tp_cursor_u8(in);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    if (!slot_channel(jn, from) || to >= TP_SLOTS || jn->slots[to]) {
        return TP_ERR_JOURNAL;
    }
    jn->slots[to] = jn->slots[from];
    return TP_OK;
}

static tp_status op_append(journal *jn, tp_cursor *in) {
    channel *ch = slot_channel(jn, tp_cursor_u8(in));
    uint8_t length = tp_cursor_u8(in);
    const uint8_t *content = tp_cursor_bytes(in, length);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    if (!ch) {
        return TP_ERR_JOURNAL;
    }
    channel_touch(ch);
    ch->content_hash = tp_hash(ch->content_hash, content, length);
    return TP_OK;
}

static tp_status op_mark(journal *jn, tp_cursor *in) {
    channel *ch = slot_channel(jn, tp_cursor_u8(in));
    uint32_t mark = tp_cursor_u32(in);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    if (!ch) {
        return TP_ERR_JOURNAL;
    }
    channel_touch(ch);
    ch->mark = mark;
    return TP_OK;
}

static tp_status op_rename(journal *jn, tp_cursor *in) {
    channel *ch = slot_channel(jn, tp_cursor_u8(in));
    uint8_t length = tp_cursor_u8(in);
    const uint8_t *name = tp_cursor_bytes(in, length);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    if (!ch || length > TP_NAME_MAX) {
        return TP_ERR_JOURNAL;
    }
    channel_touch(ch);
    memset(ch->name, 0, sizeof ch->name);
    memcpy(ch->name, name, length);
    return TP_OK;
}

static tp_status op_close(journal *jn, tp_cursor *in) {
    uint8_t slot = tp_cursor_u8(in);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    if (!slot_channel(jn, slot)) {
        return TP_ERR_JOURNAL;
    }
    channel_close(jn, slot);
    return TP_OK;
}

static tp_status step(journal *jn, tp_cursor *in) {
    switch (tp_cursor_u8(in)) {
    case 'o':
        return op_open(jn, in);
    case 'l':
        return op_alias(jn, in);
    case 'a':
        return op_append(jn, in);
    case 'm':
        return op_mark(jn, in);
    case 'r':
        return op_rename(jn, in);
    case 'c':
        return op_close(jn, in);
    default:
        return TP_ERR_JOURNAL;
    }
}

/* Seals every channel that is still open; a channel under several slots once. */
static void finish(journal *jn) {
    for (size_t i = 0; i < TP_SLOTS; i++) {
        channel *ch = jn->slots[i];
        if (!ch) {
            continue;
        }
        channel_touch(ch);
        jn->file->totals.text_hash = tp_hash(jn->file->totals.text_hash, ch->name, strlen(ch->name));
        jn->file->totals.text_hash ^= ch->content_hash ^ ch->mark;
        for (size_t k = i; k < TP_SLOTS; k++) {
            if (jn->slots[k] == ch) {
                jn->slots[k] = NULL;
            }
        }
        free(ch);
    }
}

tp_status tp_parse_journal(tp_file *file, tp_cursor *in) {
    journal jn = {.file = file};
    tp_status status = TP_OK;
    while (in->left && status == TP_OK) {
        status = step(&jn, in);
        if (status == TP_OK) {
            file->totals.journal_entries++;
        }
    }
    finish(&jn);
    return status;
}
