#include "internal.h"

#include <string.h>

/* Packed bytes are a sequence of commands. A command with the top bit clear
 * copies (command + 1) bytes that follow; one with the top bit set repeats the
 * next byte ((command & 0x7f) + 2) times. */
tp_status tp_runs_expand(const uint8_t *src, size_t size, uint8_t *dst, size_t room, size_t *written) {
    size_t in = 0;
    size_t out = 0;

    while (in < size) {
        uint8_t command = src[in++];
        if (command & 0x80) {
            size_t count = (size_t)(command & 0x7f) + 2;
            if (in >= size) {
                return TP_ERR_RUN;
            }
            uint8_t value = src[in++];
            while (count--) {
                dst[out++] = value;
            }
        } else {
            size_t count = (size_t)command + 1;
            if (count > size - in || count > room - out) {
                return TP_ERR_RUN;
            }
            for (size_t i = 0; i < count; i++) {
                dst[out++] = src[in++];
            }
        }
    }
    *written = out;
    return TP_OK;
}

static size_t run_length(const uint8_t *src, size_t size, size_t at) {
    size_t length = 1;
    while (at + length < size && length < 129 && src[at + length] == src[at]) {
        length++;
    }
    return length;
}

/* Returns the packed size, or 0 when the room does not suffice. */
size_t tp_runs_pack(const uint8_t *src, size_t size, uint8_t *dst, size_t room) {
    size_t out = 0;
    size_t at = 0;

    while (at < size) {
        size_t length = run_length(src, size, at);
        if (length >= 2) {
            if (room - out < 2) {
                return 0;
            }
            dst[out++] = (uint8_t)(0x80 | (length - 2));
            dst[out++] = src[at];
            at += length;
            continue;
        }
        size_t start = at;
        while (at < size && at - start < 128 && run_length(src, size, at) < 2) {
            at++;
        }
        size_t count = at - start;
        if (room - out < count + 1) {
            return 0;
        }
        dst[out++] = (uint8_t)(count - 1);
        memcpy(dst + out, src + start, count);
        out += count;
    }
    return out;
}
