/* tidepack: a small container for tide-gauge records.
 *
 * A container is a header followed by sections. Stations are declared first,
 * then readings, notes, attachments, calibrations, groups and a journal refer
 * to them. Everything is little-endian.
 */
#ifndef TIDEPACK_H
#define TIDEPACK_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TP_MAGIC "TIDE"
#define TP_VERSION 1
#define TP_HEADER_SIZE 8
#define TP_SECTION_HEADER_SIZE 6
#define TP_NAME_MAX 32
#define TP_DEFAULT_GAIN 1000

typedef enum {
    TP_OK = 0,
    TP_ERR_MEMORY,
    TP_ERR_MAGIC,
    TP_ERR_VERSION,
    TP_ERR_TRUNCATED,
    TP_ERR_SECTION,
    TP_ERR_RUN,
    TP_ERR_STATION,
    TP_ERR_UNIT,
    TP_ERR_LABEL,
    TP_ERR_JOURNAL,
    TP_ERR_LIMIT
} tp_status;

typedef enum {
    TP_SECTION_STATIONS = 'S',
    TP_SECTION_READINGS = 'R',
    TP_SECTION_NOTE = 'N',
    TP_SECTION_ATTACHMENT = 'B',
    TP_SECTION_CALIBRATION = 'C',
    TP_SECTION_PATHS = 'P',
    TP_SECTION_GROUPS = 'G',
    TP_SECTION_JOURNAL = 'J',
    TP_SECTION_AUDIT = 'X'
} tp_section_type;

typedef struct {
    uint16_t id;
    uint16_t gain;     /* thousandths */
    int32_t datum_mm;  /* height of the gauge's zero */
    char name[TP_NAME_MAX + 1];
} tp_station;

/* What a container holds, added up. */
typedef struct {
    unsigned stations;
    unsigned readings;
    unsigned notes;
    unsigned attachments;
    unsigned calibrations;
    unsigned labels;
    unsigned journal_entries;
    unsigned audits;
    int64_t level_sum_mm;
    uint32_t label_hash;
    uint32_t text_hash;
    uint32_t audit_hash;
} tp_totals;

typedef struct tp_file tp_file;
typedef struct tp_writer tp_writer;

const char *tp_strerror(tp_status status);

/* Reads a whole container. On success *out is owned by the caller. */
tp_status tp_open(const uint8_t *data, size_t size, tp_file **out);
void tp_close(tp_file *file);
const tp_totals *tp_file_totals(const tp_file *file);
const tp_station *tp_file_station(const tp_file *file, uint16_t id);
void tp_describe(const tp_file *file, FILE *out);

/* Run coding: 0x00-0x7f copies n+1 bytes, 0x80-0xff repeats the next byte
 * (n & 0x7f) + 2 times. */
tp_status tp_runs_expand(const uint8_t *src, size_t size, uint8_t *dst, size_t room, size_t *written);
size_t tp_runs_pack(const uint8_t *src, size_t size, uint8_t *dst, size_t room);

tp_writer *tp_writer_new(void);
void tp_writer_free(tp_writer *writer);
tp_status tp_writer_section(tp_writer *writer, uint8_t type, const uint8_t *payload, size_t size);
tp_status tp_writer_finish(tp_writer *writer, uint8_t **data, size_t *size);

#endif
