#include "internal.h"

#include <string.h>

const tp_station *tp_station_find(const tp_file *file, uint16_t id) {
    for (size_t i = 0; i < file->station_count; i++) {
        if (file->stations[i].id == id) {
            return &file->stations[i];
        }
    }
    return NULL;
}

/* The factor, in thousandths, that turns a raw level of this station into a level. */
tp_status tp_station_gain(const tp_file *file, uint16_t id, uint32_t *gain) {
    const tp_station *station = tp_station_find(file, id);
    *gain = station->gain ? station->gain : TP_DEFAULT_GAIN;
    return TP_OK;
}

static tp_status parse_station(tp_cursor *in, tp_station *station) {
    station->id = tp_cursor_u16(in);
    station->gain = tp_cursor_u16(in);
    station->datum_mm = (int32_t)tp_cursor_u32(in);
    uint8_t length = tp_cursor_u8(in);
    const uint8_t *name = tp_cursor_bytes(in, length);
    if (!name) {
        return TP_ERR_TRUNCATED;
    }
    if (length == 0 || length > TP_NAME_MAX) {
        return TP_ERR_STATION;
    }
    memcpy(station->name, name, length);
    station->name[length] = '\0';
    return TP_OK;
}

tp_status tp_parse_stations(tp_file *file, tp_cursor *in) {
    uint8_t count = tp_cursor_u8(in);
    if (in->failed) {
        return TP_ERR_TRUNCATED;
    }
    for (uint8_t i = 0; i < count; i++) {
        tp_station station;
        tp_status status = parse_station(in, &station);
        if (status != TP_OK) {
            return status;
        }
        if (tp_station_find(file, station.id)) {
            return TP_ERR_STATION;
        }
        if (file->station_count == TP_STATIONS_MAX) {
            return TP_ERR_LIMIT;
        }
        file->stations[file->station_count++] = station;
        file->totals.stations++;
    }
    return TP_OK;
}
