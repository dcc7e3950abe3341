#include "internal.h"

void tp_cursor_init(tp_cursor *cursor, const uint8_t *data, size_t size) {
    cursor->at = data;
    cursor->left = size;
    cursor->failed = 0;
}

const uint8_t *tp_cursor_bytes(tp_cursor *cursor, size_t size) {
    const uint8_t *start = cursor->at;
    if (cursor->failed || size > cursor->left) {
        cursor->failed = 1;
        return NULL;
    }
    cursor->at += size;
    cursor->left -= size;
    return start;
}

uint8_t tp_cursor_u8(tp_cursor *cursor) {
    const uint8_t *p = tp_cursor_bytes(cursor, 1);
    return p ? p[0] : 0;
}

uint16_t tp_cursor_u16(tp_cursor *cursor) {
    const uint8_t *p = tp_cursor_bytes(cursor, 2);
    return p ? (uint16_t)(p[0] | (p[1] << 8)) : 0;
}

uint32_t tp_cursor_u32(tp_cursor *cursor) {
    const uint8_t *p = tp_cursor_bytes(cursor, 4);
    if (!p) {
        return 0;
    }
    return (uint32_t)p[0] | ((uint32_t)p[1] << 8) | ((uint32_t)p[2] << 16) | ((uint32_t)p[3] << 24);
}

/* FNV-1a: good enough to notice that a text changed. */
uint32_t tp_hash(uint32_t seed, const void *data, size_t size) {
    const uint8_t *bytes = data;
    uint32_t hash = seed ? seed : 2166136261u;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * 16777619u;
    }
    return hash;
}
