#include "internal.h"

/* Bytes that one raw value takes, by unit code. */
const uint8_t tp_unit_widths[TP_UNIT_COUNT] = {2, 2, 1, 2, 4, 1, 2, 2, 1, 4, 2, 1};

/* Hundredths of a millimetre per raw step, by unit code. */
const int16_t tp_unit_scale[TP_UNIT_COUNT] = {100, 1000, 2540, 100, 10, 500, 254, 200, 1000, 1, 3048, 100};
