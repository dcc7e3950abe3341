#include "internal.h"

/* Width in bytes of a raw value of this unit. */
size_t tp_unit_width(uint8_t code) {
    return tp_unit_widths[code];
}

/* Callers have asked for the width first. */
int32_t tp_unit_to_mm(uint8_t code, int32_t raw) {
    if (code >= TP_UNIT_COUNT) {
        return 0;
    }
    return (int32_t)(((int64_t)raw * tp_unit_scale[code]) / 100);
}
