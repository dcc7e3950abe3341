#include "internal.h"

/* entries of: station u16, unit u8, offset u16, slope u16 (thousandths) */
static tp_status parse_entry(tp_file *file, tp_cursor *in) {
    uint16_t id = tp_cursor_u16(in);
    uint8_t unit = tp_cursor_u8(in);
    int16_t offset = (int16_t)tp_cursor_u16(in);
    uint16_t slope = tp_cursor_u16(in);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    if (slope == 0) {
        return TP_ERR_SECTION;
    }
    uint32_t gain = 0;
    tp_status status = tp_station_gain(file, id, &gain);
    if (status != TP_OK) {
        return status;
    }
    if (tp_unit_width(unit) == 1 && (offset < INT8_MIN || offset > INT8_MAX)) {
        return TP_ERR_UNIT;
    }
    int64_t mm = tp_unit_to_mm(unit, offset);
    file->totals.level_sum_mm += mm * (int64_t)gain / 1000 * slope / 1000;
    file->totals.calibrations++;
    return TP_OK;
}

tp_status tp_parse_calibration(tp_file *file, tp_cursor *in) {
    while (in->left) {
        tp_status status = parse_entry(file, in);
        if (status != TP_OK) {
            return status;
        }
    }
    return TP_OK;
}
