#include "internal.h"

#include <stdlib.h>

static int32_t level_at(const uint8_t *levels, size_t width, size_t index) {
    const uint8_t *p = levels + index * width;
    if (width == 1) {
        return (int8_t)p[0];
    }
    if (width == 2) {
        return (int16_t)(p[0] | (p[1] << 8));
    }
    return (int32_t)((uint32_t)p[0] | ((uint32_t)p[1] << 8) | ((uint32_t)p[2] << 16) | ((uint32_t)p[3] << 24));
}

static void add_levels(tp_file *file, const uint8_t *levels, size_t count, uint8_t unit, uint32_t gain) {
    size_t width = tp_unit_width(unit);
    for (size_t i = 0; i < count; i++) {
        int64_t mm = tp_unit_to_mm(unit, level_at(levels, width, i));
        file->totals.level_sum_mm += mm * (int64_t)gain / 1000;
    }
    file->totals.readings += (unsigned)count;
}

/* station u16, unit u8, count u16, packed levels to the end of the section */
tp_status tp_parse_readings(tp_file *file, tp_cursor *in) {
    uint16_t id = tp_cursor_u16(in);
    uint8_t unit = tp_cursor_u8(in);
    uint16_t count = tp_cursor_u16(in);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    size_t width = tp_unit_width(unit);
    if (unit >= TP_UNIT_COUNT) {
        return TP_ERR_UNIT;
    }
    uint32_t gain = 0;
    tp_status status = tp_station_gain(file, id, &gain);
    if (status != TP_OK) {
        return status;
    }

    size_t need = (size_t)count * width;
    uint8_t *levels = malloc(need ? need : 1);
    if (!levels) {
        return TP_ERR_MEMORY;
    }
    size_t packed_size = in->left;
    const uint8_t *packed = tp_cursor_bytes(in, packed_size);
    size_t written = 0;
    status = tp_runs_expand(packed, packed_size, levels, need, &written);
    if (status == TP_OK && written != need) {
        status = TP_ERR_RUN;
    }
    if (status != TP_OK) {
        free(levels);
        return status;
    }
    add_levels(file, levels, count, unit, gain);
    free(file->last_levels);
    file->last_levels = levels;
    file->last_count = need;
    return TP_OK;
}
