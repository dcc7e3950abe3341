#include "internal.h"

#include <stdlib.h>
#include <string.h>

static const char *const messages[] = {
    "ok",
    "out of memory",
    "not a tidepack container",
    "unknown version",
    "the container ends too early",
    "a section is malformed",
    "packed bytes are malformed",
    "an unknown or malformed station",
    "an unknown unit",
    "a malformed label",
    "a malformed journal",
    "a limit is exceeded",
};

const char *tp_strerror(tp_status status) {
    size_t index = (size_t)status;
    return index < sizeof messages / sizeof messages[0] ? messages[index] : "unknown status";
}

static tp_status parse_section(tp_file *file, uint8_t type, tp_cursor *in) {
    switch (type) {
    case TP_SECTION_STATIONS:
        return tp_parse_stations(file, in);
    case TP_SECTION_READINGS:
        return tp_parse_readings(file, in);
    case TP_SECTION_NOTE:
        return tp_parse_note(file, in);
    case TP_SECTION_ATTACHMENT:
        return tp_parse_attachment(file, in);
    case TP_SECTION_CALIBRATION:
        return tp_parse_calibration(file, in);
    case TP_SECTION_PATHS:
        return tp_parse_paths(file, in);
    case TP_SECTION_GROUPS:
        return tp_parse_groups(file, in);
    case TP_SECTION_JOURNAL:
        return tp_parse_journal(file, in);
    case TP_SECTION_AUDIT:
        return tp_parse_audit(file, in);
    default:
        return TP_ERR_SECTION;
    }
}

static tp_status parse_header(tp_cursor *in, uint16_t *sections) {
    const uint8_t *magic = tp_cursor_bytes(in, 4);
    if (!magic || memcmp(magic, TP_MAGIC, 4) != 0) {
        return TP_ERR_MAGIC;
    }
    uint8_t version = tp_cursor_u8(in);
    tp_cursor_u8(in); /* flags, none defined */
    *sections = tp_cursor_u16(in);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    return version == TP_VERSION ? TP_OK : TP_ERR_VERSION;
}

static tp_status parse_sections(tp_file *file, tp_cursor *in, uint16_t sections) {
    for (uint16_t i = 0; i < sections; i++) {
        uint8_t type = tp_cursor_u8(in);
        tp_cursor_u8(in); /* reserved */
        uint32_t size = tp_cursor_u32(in);
        const uint8_t *payload = tp_cursor_bytes(in, size);
        if (in->failed) {
            return TP_ERR_TRUNCATED;
        }
        tp_cursor section;
        tp_cursor_init(&section, payload, size);
        tp_status status = parse_section(file, type, &section);
        if (status != TP_OK) {
            return status;
        }
    }
    return TP_OK;
}

tp_status tp_open(const uint8_t *data, size_t size, tp_file **out) {
    tp_cursor in;
    uint16_t sections = 0;
    *out = NULL;
    tp_cursor_init(&in, data, size);
    tp_status status = parse_header(&in, &sections);
    if (status != TP_OK) {
        return status;
    }
    tp_file *file = calloc(1, sizeof *file);
    if (!file) {
        return TP_ERR_MEMORY;
    }
    status = parse_sections(file, &in, sections);
    if (status != TP_OK) {
        tp_close(file);
        return status;
    }
    *out = file;
    return TP_OK;
}

void tp_close(tp_file *file) {
    if (file) {
        free(file->last_levels);
        free(file);
    }
}

const tp_totals *tp_file_totals(const tp_file *file) {
    return &file->totals;
}

const tp_station *tp_file_station(const tp_file *file, uint16_t id) {
    return tp_station_find(file, id);
}

void tp_describe(const tp_file *file, FILE *out) {
    const tp_totals *t = &file->totals;
    fprintf(out, "stations %u readings %u notes %u attachments %u\n", t->stations, t->readings, t->notes, t->attachments);
    fprintf(out, "calibrations %u labels %u journal %u audits %u\n", t->calibrations, t->labels, t->journal_entries,
            t->audits);
    fprintf(out, "level sum %lld mm\n", (long long)t->level_sum_mm);
    for (size_t i = 0; i < file->station_count; i++) {
        const tp_station *s = &file->stations[i];
        fprintf(out, "station %u gain %u datum %d\n", s->id, s->gain, (int)s->datum_mm);
    }
}
