#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* Expands what is left of the section into a fresh buffer of `size` bytes. */
static tp_status expand_text(tp_file *file, tp_cursor *in, uint8_t *room, size_t size) {
    size_t packed_size = in->left;
    const uint8_t *packed = tp_cursor_bytes(in, packed_size);
    size_t written = 0;
    tp_status status = tp_runs_expand(packed, packed_size, room, size, &written);
    if (status != TP_OK) {
        return status;
    }
    if (written != size) {
        return TP_ERR_RUN;
    }
    file->totals.text_hash = tp_hash(file->totals.text_hash, room, size);
    return TP_OK;
}

/* station u16, text size u16, packed text to the end of the section */
tp_status tp_parse_note(tp_file *file, tp_cursor *in) {
    uint16_t id = tp_cursor_u16(in);
    uint16_t size = tp_cursor_u16(in);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    if (!tp_station_find(file, id)) {
        return TP_ERR_STATION;
    }
    uint8_t *text = malloc(size ? size : 1);
    if (!text) {
        return TP_ERR_MEMORY;
    }
    tp_status status = expand_text(file, in, text, size);
    free(text);
    if (status == TP_OK) {
        file->totals.notes++;
    }
    return status;
}

/* name length u8, name, size u32, packed content to the end of the section */
tp_status tp_parse_attachment(tp_file *file, tp_cursor *in) {
    uint8_t length = tp_cursor_u8(in);
    const uint8_t *name = tp_cursor_bytes(in, length);
    uint32_t size = tp_cursor_u32(in);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    if (size > TP_EXPANDED_MAX || memchr(name, '/', length)) {
        return TP_ERR_LIMIT;
    }
    uint8_t *content = malloc(size ? size : 1);
    if (!content) {
        return TP_ERR_MEMORY;
    }
    tp_status status = expand_text(file, in, content, size);
    free(content);
    if (status == TP_OK) {
        file->totals.attachments++;
    }
    return status;
}
