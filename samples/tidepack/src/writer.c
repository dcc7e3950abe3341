#include "internal.h"

#include <stdlib.h>
#include <string.h>

struct tp_writer {
    uint8_t *data;
    size_t size;
    size_t room;
    uint16_t sections;
};

tp_writer *tp_writer_new(void) {
    tp_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        return NULL;
    }
    writer->room = 256;
    writer->data = malloc(writer->room);
    if (!writer->data) {
        free(writer);
        return NULL;
    }
    memcpy(writer->data, TP_MAGIC, 4);
    writer->data[4] = TP_VERSION;
    writer->data[5] = 0;
    writer->size = TP_HEADER_SIZE;
    return writer;
}

void tp_writer_free(tp_writer *writer) {
    if (writer) {
        free(writer->data);
        free(writer);
    }
}

static tp_status make_room(tp_writer *writer, size_t more) {
    size_t room = writer->room;
    while (room - writer->size < more) {
        room *= 2;
    }
    if (room == writer->room) {
        return TP_OK;
    }
    uint8_t *data = realloc(writer->data, room);
    if (!data) {
        return TP_ERR_MEMORY;
    }
    writer->data = data;
    writer->room = room;
    return TP_OK;
}

tp_status tp_writer_section(tp_writer *writer, uint8_t type, const uint8_t *payload, size_t size) {
    if (size > TP_EXPANDED_MAX || writer->sections == UINT16_MAX) {
        return TP_ERR_LIMIT;
    }
    tp_status status = make_room(writer, TP_SECTION_HEADER_SIZE + size);
    if (status != TP_OK) {
        return status;
    }
    uint8_t *at = writer->data + writer->size;
    at[0] = type;
    at[1] = 0;
    for (int i = 0; i < 4; i++) {
        at[2 + i] = (uint8_t)(size >> (8 * i));
    }
    if (size) {
        memcpy(at + TP_SECTION_HEADER_SIZE, payload, size);
    }
    writer->size += TP_SECTION_HEADER_SIZE + size;
    writer->sections++;
    return TP_OK;
}

/* Hands the bytes over; the writer is empty afterwards and may only be freed. */
tp_status tp_writer_finish(tp_writer *writer, uint8_t **data, size_t *size) {
    writer->data[6] = (uint8_t)(writer->sections & 0xff);
    writer->data[7] = (uint8_t)(writer->sections >> 8);
    *data = writer->data;
    *size = writer->size;
    writer->data = NULL;
    writer->size = 0;
    return TP_OK;
}
