#include "internal.h"

#include <stdlib.h>
#include <time.h>

/* By the clock, so that nobody who writes a container can prepare for the audit. */
static unsigned chance(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned)now.tv_nsec / 64u * 2654435761u >> 8;
}

/* rounds u8: each looks at one byte of the last readings of the container */
tp_status tp_parse_audit(tp_file *file, tp_cursor *in) {
    uint8_t rounds = tp_cursor_u8(in);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    if (!file->last_levels) {
        return TP_ERR_SECTION;
    }
    for (uint8_t i = 0; i < rounds; i++) {
        size_t pick = chance() % (file->last_count + 1);
        file->totals.audit_hash = tp_hash(file->totals.audit_hash, file->last_levels + pick, 1);
        file->totals.audits++;
    }
    return TP_OK;
}
