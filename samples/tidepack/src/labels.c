#include "internal.h"

/* Joins the parts of a label with slashes and adds the label to the totals. */
tp_status tp_label_join(tp_file *file, const tp_part *parts, size_t count) {
    char room[TP_LABEL_ROOM];
    tp_text joined = {.at = room};

    for (size_t i = 0; i < count; i++) {
        if (parts[i].length == 0 || parts[i].length >= TP_LABEL_ROOM) {
            return TP_ERR_LABEL;
        }
        if (i > 0) {
            tp_text_put(&joined, '/');
        }
        for (size_t k = 0; k < parts[i].length; k++) {
            tp_text_put(&joined, parts[i].text[k]);
        }
    }
    file->totals.label_hash = tp_hash(file->totals.label_hash, joined.at, joined.used);
    file->totals.labels++;
    return TP_OK;
}

static tp_status read_part(tp_cursor *in, tp_part *part) {
    part->length = tp_cursor_u8(in);
    part->text = (const char *)tp_cursor_bytes(in, part->length);
    return in->failed ? TP_ERR_TRUNCATED : TP_OK;
}

/* A flat list: each path is a count of parts and the parts. */
tp_status tp_parse_paths(tp_file *file, tp_cursor *in) {
    while (in->left) {
        tp_part parts[TP_DEPTH_MAX];
        uint8_t count = tp_cursor_u8(in);
        if (count == 0 || count > TP_DEPTH_MAX) {
            return TP_ERR_LIMIT;
        }
        for (uint8_t i = 0; i < count; i++) {
            tp_status status = read_part(in, &parts[i]);
            if (status != TP_OK) {
                return status;
            }
        }
        tp_status status = tp_label_join(file, parts, count);
        if (status != TP_OK) {
            return status;
        }
    }
    return TP_OK;
}

/* A tree written in order: '(' opens a group with a name, '.' is a leaf with a
 * name, ')' closes the innermost group. */
tp_status tp_parse_groups(tp_file *file, tp_cursor *in) {
    tp_part chain[TP_DEPTH_MAX];
    size_t depth = 0;

    while (in->left) {
        uint8_t mark = tp_cursor_u8(in);
        tp_status status = TP_OK;
        if (mark == ')') {
            if (depth == 0) {
                return TP_ERR_SECTION;
            }
            depth--;
            continue;
        }
        if (mark != '(' && mark != '.') {
            return TP_ERR_SECTION;
        }
        if (depth == TP_DEPTH_MAX) {
            return TP_ERR_LIMIT;
        }
        status = read_part(in, &chain[depth]);
        if (status == TP_OK && mark == '.') {
            status = tp_label_join(file, chain, depth + 1);
        } else {
            depth++;
        }
        if (status != TP_OK) {
            return status;
        }
    }
    return depth == 0 ? TP_OK : TP_ERR_SECTION;
}
