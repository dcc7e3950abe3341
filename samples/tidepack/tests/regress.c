/* The regression tests: `tidepack-regress RESULTS` writes a JUnit file and
 * exits 0 when every test passes. Containers are built with the writer. */
#include "tidepack.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t data[2048];
    size_t size;
} buffer;

typedef int (*test_body)(void);

static void put8(buffer *b, unsigned value) {
    b->data[b->size++] = (uint8_t)value;
}

static void put16(buffer *b, unsigned value) {
    put8(b, value & 0xff);
    put8(b, value >> 8 & 0xff);
}

static void put32(buffer *b, unsigned long value) {
    put16(b, (unsigned)(value & 0xffff));
    put16(b, (unsigned)(value >> 16 & 0xffff));
}

static void put_bytes(buffer *b, const void *bytes, size_t size) {
    memcpy(b->data + b->size, bytes, size);
    b->size += size;
}

static void put_text(buffer *b, const char *text) {
    put8(b, (unsigned)strlen(text));
    put_bytes(b, text, strlen(text));
}

static void put_packed(buffer *b, const void *bytes, size_t size) {
    b->size += tp_runs_pack(bytes, size, b->data + b->size, sizeof b->data - b->size);
}

static void add(tp_writer *w, uint8_t type, const buffer *b) {
    tp_writer_section(w, type, b->data, b->size);
}

/* Two stations: 7 "Harbour" with gain 2.000 and 9 "Outer Mole" with the default gain. */
static tp_writer *with_stations(void) {
    tp_writer *w = tp_writer_new();
    buffer b = {.size = 0};
    put8(&b, 2);
    put16(&b, 7);
    put16(&b, 2000);
    put32(&b, 350);
    put_text(&b, "Harbour");
    put16(&b, 9);
    put16(&b, 0);
    put32(&b, 0);
    put_text(&b, "Outer Mole");
    add(w, TP_SECTION_STATIONS, &b);
    return w;
}

static tp_status read_back(tp_writer *w, tp_totals *totals) {
    uint8_t *data = NULL;
    size_t size = 0;
    tp_file *file = NULL;
    tp_writer_finish(w, &data, &size);
    tp_status status = tp_open(data, size, &file);
    if (status == TP_OK) {
        *totals = *tp_file_totals(file);
    }
    tp_close(file);
    tp_writer_free(w);
    free(data);
    return status;
}

static void put_readings_head(buffer *b, unsigned station, unsigned unit, unsigned count) {
    put16(b, station);
    put8(b, unit);
    put16(b, count);
}

static int stations_are_read(void) {
    tp_writer *w = with_stations();
    uint8_t *data = NULL;
    size_t size = 0;
    tp_file *file = NULL;
    tp_writer_finish(w, &data, &size);
    int good = tp_open(data, size, &file) == TP_OK;
    const tp_station *s = good ? tp_file_station(file, 7) : NULL;
    good = good && s && strcmp(s->name, "Harbour") == 0 && s->gain == 2000 && s->datum_mm == 350;
    good = good && tp_file_station(file, 8) == NULL;
    tp_close(file);
    tp_writer_free(w);
    free(data);
    return good;
}

static int twin_stations_are_refused(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    put8(&b, 1);
    put16(&b, 7);
    put16(&b, 1);
    put32(&b, 0);
    put_text(&b, "Twin");
    add(w, TP_SECTION_STATIONS, &b);
    return read_back(w, &t) == TP_ERR_STATION;
}

static int runs_round_trip(void) {
    uint8_t raw[600];
    uint8_t packed[800];
    uint8_t back[600];
    size_t written = 0;
    for (size_t i = 0; i < sizeof raw; i++) {
        raw[i] = (uint8_t)(i < 200 ? 7 : i * i / 3);
    }
    size_t size = tp_runs_pack(raw, sizeof raw, packed, sizeof packed);
    return size > 0 && tp_runs_expand(packed, size, back, sizeof back, &written) == TP_OK && written == sizeof raw &&
           memcmp(raw, back, sizeof raw) == 0;
}

static int a_run_fills_its_room_exactly(void) {
    const uint8_t packed[] = {0x80 | 14, 'z'};
    uint8_t room[16];
    size_t written = 0;
    return tp_runs_expand(packed, sizeof packed, room, sizeof room, &written) == TP_OK && written == 16 &&
           room[0] == 'z' && room[15] == 'z';
}

static int a_copy_past_the_room_is_refused(void) {
    const uint8_t packed[] = {3, 'a', 'b', 'c', 'd'};
    uint8_t room[3];
    size_t written = 0;
    return tp_runs_expand(packed, sizeof packed, room, sizeof room, &written) == TP_ERR_RUN;
}

static int readings_are_scaled_by_gain(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    const uint8_t levels[] = {10, 0, 20, 0, 30, 0};
    put_readings_head(&b, 7, 0, 3);
    put_packed(&b, levels, sizeof levels);
    add(w, TP_SECTION_READINGS, &b);
    return read_back(w, &t) == TP_OK && t.readings == 3 && t.level_sum_mm == 120;
}

static int negative_levels_lower_the_sum(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    const uint8_t levels[] = {0xff, 0xff, 0xfe, 0xff};
    put_readings_head(&b, 9, 0, 2);
    put_packed(&b, levels, sizeof levels);
    add(w, TP_SECTION_READINGS, &b);
    return read_back(w, &t) == TP_OK && t.level_sum_mm == -3;
}

static int every_unit_is_known(void) {
    for (unsigned unit = 0; unit < 12; unit++) {
        tp_writer *w = with_stations();
        tp_totals t;
        buffer b = {.size = 0};
        put16(&b, 9);
        put8(&b, unit);
        put16(&b, 100);
        put16(&b, 1000);
        add(w, TP_SECTION_CALIBRATION, &b);
        if (read_back(w, &t) != TP_OK || t.calibrations != 1 || t.level_sum_mm <= 0) {
            return 0;
        }
    }
    return 1;
}

static int calibration_uses_gain_and_slope(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    put16(&b, 7);
    put8(&b, 0);
    put16(&b, 50);
    put16(&b, 500);
    add(w, TP_SECTION_CALIBRATION, &b);
    return read_back(w, &t) == TP_OK && t.level_sum_mm == 50;
}

static int notes_are_expanded(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    const char text[] = "gauge cleaned -------------------- spring tide";
    put16(&b, 7);
    put16(&b, sizeof text);
    put_packed(&b, text, sizeof text);
    add(w, TP_SECTION_NOTE, &b);
    return read_back(w, &t) == TP_OK && t.notes == 1 && t.text_hash != 0;
}

static int notes_of_unknown_stations_are_refused(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    put16(&b, 44);
    put16(&b, 1);
    put_packed(&b, "x", 1);
    add(w, TP_SECTION_NOTE, &b);
    return read_back(w, &t) == TP_ERR_STATION;
}

static int attachments_are_expanded(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    uint8_t content[500];
    memset(content, 0x55, sizeof content);
    put_text(&b, "photo.bin");
    put32(&b, sizeof content);
    put_packed(&b, content, sizeof content);
    add(w, TP_SECTION_ATTACHMENT, &b);
    return read_back(w, &t) == TP_OK && t.attachments == 1;
}

static int short_packed_content_is_refused(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    put_text(&b, "short");
    put32(&b, 9);
    put_packed(&b, "abc", 3);
    add(w, TP_SECTION_ATTACHMENT, &b);
    return read_back(w, &t) == TP_ERR_RUN;
}

static int paths_become_labels(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    put8(&b, 3);
    put_text(&b, "coast");
    put_text(&b, "north");
    put_text(&b, "harbour");
    put8(&b, 1);
    put_text(&b, "mole");
    add(w, TP_SECTION_PATHS, &b);
    return read_back(w, &t) == TP_OK && t.labels == 2;
}

static int a_path_and_a_group_give_the_same_label(void) {
    tp_totals t1;
    tp_totals t2;
    buffer p = {.size = 0};
    buffer g = {.size = 0};
    tp_writer *w1 = with_stations();
    tp_writer *w2 = with_stations();
    put8(&p, 2);
    put_text(&p, "coast");
    put_text(&p, "north");
    add(w1, TP_SECTION_PATHS, &p);
    put8(&g, '(');
    put_text(&g, "coast");
    put8(&g, '.');
    put_text(&g, "north");
    put8(&g, ')');
    add(w2, TP_SECTION_GROUPS, &g);
    int read = read_back(w1, &t1) == TP_OK;
    read = read_back(w2, &t2) == TP_OK && read;
    return read && t1.label_hash == t2.label_hash && t2.labels == 1;
}

static int a_label_may_fill_its_room(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    char part[48];
    memset(part, 'a', 47);
    part[47] = '\0';
    put8(&b, 2);
    put_text(&b, part);
    put_text(&b, part);
    add(w, TP_SECTION_PATHS, &b);
    return read_back(w, &t) == TP_OK && t.labels == 1;
}

static int unbalanced_groups_are_refused(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    put8(&b, '(');
    put_text(&b, "open");
    add(w, TP_SECTION_GROUPS, &b);
    return read_back(w, &t) == TP_ERR_SECTION;
}

static void put_open(buffer *b, unsigned slot, const char *name) {
    put8(b, 'o');
    put8(b, slot);
    put_text(b, name);
}

static int a_journal_is_replayed(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    put_open(&b, 0, "pressure");
    put8(&b, 'a');
    put8(&b, 0);
    put_text(&b, "1013");
    put8(&b, 'm');
    put8(&b, 0);
    put32(&b, 77);
    put8(&b, 'r');
    put8(&b, 0);
    put_text(&b, "baro");
    put8(&b, 'c');
    put8(&b, 0);
    add(w, TP_SECTION_JOURNAL, &b);
    return read_back(w, &t) == TP_OK && t.journal_entries == 5;
}

static int aliases_share_a_channel(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    put_open(&b, 1, "wind");
    put8(&b, 'l');
    put8(&b, 1);
    put8(&b, 4);
    put8(&b, 'a');
    put8(&b, 4);
    put_text(&b, "12 kn");
    put8(&b, 'm');
    put8(&b, 1);
    put32(&b, 5);
    add(w, TP_SECTION_JOURNAL, &b);
    return read_back(w, &t) == TP_OK && t.journal_entries == 4;
}

static int a_closed_slot_is_closed(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    put_open(&b, 2, "rain");
    put8(&b, 'c');
    put8(&b, 2);
    put8(&b, 'm');
    put8(&b, 2);
    put32(&b, 1);
    add(w, TP_SECTION_JOURNAL, &b);
    return read_back(w, &t) == TP_ERR_JOURNAL;
}

static int a_slot_can_be_opened_again(void) {
    tp_writer *w = with_stations();
    tp_totals t;
    buffer b = {.size = 0};
    put_open(&b, 2, "rain");
    put8(&b, 'c');
    put8(&b, 2);
    put_open(&b, 2, "snow");
    add(w, TP_SECTION_JOURNAL, &b);
    return read_back(w, &t) == TP_OK && t.journal_entries == 3;
}

static int a_strange_magic_is_refused(void) {
    const uint8_t data[] = {'T', 'I', 'D', 'Y', 1, 0, 0, 0};
    tp_file *file = NULL;
    return tp_open(data, sizeof data, &file) == TP_ERR_MAGIC && file == NULL;
}

static int a_later_version_is_refused(void) {
    const uint8_t data[] = {'T', 'I', 'D', 'E', 2, 0, 0, 0};
    tp_file *file = NULL;
    return tp_open(data, sizeof data, &file) == TP_ERR_VERSION;
}

static int every_cut_is_noticed(void) {
    tp_writer *w = with_stations();
    uint8_t *data = NULL;
    size_t size = 0;
    tp_file *file = NULL;
    tp_writer_finish(w, &data, &size);
    int good = size > TP_HEADER_SIZE;
    for (size_t cut = 0; cut < size; cut++) {
        good = good && tp_open(data, cut, &file) != TP_OK;
    }
    tp_writer_free(w);
    free(data);
    return good;
}

static const struct {
    const char *name;
    test_body body;
} tests[] = {
    {"stations_are_read", stations_are_read},
    {"twin_stations_are_refused", twin_stations_are_refused},
    {"runs_round_trip", runs_round_trip},
    {"a_run_fills_its_room_exactly", a_run_fills_its_room_exactly},
    {"a_copy_past_the_room_is_refused", a_copy_past_the_room_is_refused},
    {"readings_are_scaled_by_gain", readings_are_scaled_by_gain},
    {"negative_levels_lower_the_sum", negative_levels_lower_the_sum},
    {"every_unit_is_known", every_unit_is_known},
    {"calibration_uses_gain_and_slope", calibration_uses_gain_and_slope},
    {"notes_are_expanded", notes_are_expanded},
    {"notes_of_unknown_stations_are_refused", notes_of_unknown_stations_are_refused},
    {"attachments_are_expanded", attachments_are_expanded},
    {"short_packed_content_is_refused", short_packed_content_is_refused},
    {"paths_become_labels", paths_become_labels},
    {"a_path_and_a_group_give_the_same_label", a_path_and_a_group_give_the_same_label},
    {"a_label_may_fill_its_room", a_label_may_fill_its_room},
    {"unbalanced_groups_are_refused", unbalanced_groups_are_refused},
    {"a_journal_is_replayed", a_journal_is_replayed},
    {"aliases_share_a_channel", aliases_share_a_channel},
    {"a_closed_slot_is_closed", a_closed_slot_is_closed},
    {"a_slot_can_be_opened_again", a_slot_can_be_opened_again},
    {"a_strange_magic_is_refused", a_strange_magic_is_refused},
    {"a_later_version_is_refused", a_later_version_is_refused},
    {"every_cut_is_noticed", every_cut_is_noticed},
};

int main(int argc, char **argv) {
    enum { COUNT = sizeof tests / sizeof tests[0] };
    int passed[COUNT];
    int failures = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: tidepack-regress RESULTS\n");
        return 2;
    }
    for (int i = 0; i < COUNT; i++) {
        passed[i] = tests[i].body();
        failures += !passed[i];
    }
    FILE *out = fopen(argv[1], "w");
    if (!out) {
        return 2;
    }
    fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    fprintf(out, "<testsuite name=\"tidepack\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"0\">\n", COUNT,
            failures);
    for (int i = 0; i < COUNT; i++) {
        fprintf(out, "  <testcase classname=\"tidepack\" name=\"%s\">%s</testcase>\n", tests[i].name,
                passed[i] ? "" : "<failure message=\"not as promised\"/>");
    }
    fprintf(out, "</testsuite>\n");
    fclose(out);
    return failures ? 1 : 0;
}
