#ifndef TIDEPACK_INTERNAL_H
#define TIDEPACK_INTERNAL_H

#include "tidepack.h"

#define TP_STATIONS_MAX 64
#define TP_EXPANDED_MAX (1u << 20)
#define TP_UNIT_COUNT 12
#define TP_LABEL_ROOM 96
#define TP_DEPTH_MAX 24
#define TP_SLOTS 16

struct tp_file {
    tp_station stations[TP_STATIONS_MAX];
    size_t station_count;
    uint8_t *last_levels;
    size_t last_count;
    tp_totals totals;
};

/* A bounds-checked view over the input. Reading past the end sets `failed`
 * and gives zeros, so that a parser can check once. */
typedef struct {
    const uint8_t *at;
    size_t left;
    int failed;
} tp_cursor;

typedef struct {
    const char *text;
    size_t length;
} tp_part;

/* Text that grows in a room of its owner's. */
typedef struct {
    char *at;
    size_t used;
} tp_text;

void tp_cursor_init(tp_cursor *cursor, const uint8_t *data, size_t size);
uint8_t tp_cursor_u8(tp_cursor *cursor);
uint16_t tp_cursor_u16(tp_cursor *cursor);
uint32_t tp_cursor_u32(tp_cursor *cursor);
const uint8_t *tp_cursor_bytes(tp_cursor *cursor, size_t size);

void tp_text_put(tp_text *text, char c);
uint32_t tp_hash(uint32_t seed, const void *data, size_t size);

extern const uint8_t tp_unit_widths[];
extern const int16_t tp_unit_scale[];
size_t tp_unit_width(uint8_t code);
int32_t tp_unit_to_mm(uint8_t code, int32_t raw);

const tp_station *tp_station_find(const tp_file *file, uint16_t id);
tp_status tp_station_gain(const tp_file *file, uint16_t id, uint32_t *gain);

tp_status tp_label_join(tp_file *file, const tp_part *parts, size_t count);

tp_status tp_parse_stations(tp_file *file, tp_cursor *in);
tp_status tp_parse_readings(tp_file *file, tp_cursor *in);
tp_status tp_parse_note(tp_file *file, tp_cursor *in);
tp_status tp_parse_attachment(tp_file *file, tp_cursor *in);
tp_status tp_parse_calibration(tp_file *file, tp_cursor *in);
tp_status tp_parse_paths(tp_file *file, tp_cursor *in);
tp_status tp_parse_groups(tp_file *file, tp_cursor *in);
tp_status tp_parse_journal(tp_file *file, tp_cursor *in);
tp_status tp_parse_audit(tp_file *file, tp_cursor *in);

#endif
