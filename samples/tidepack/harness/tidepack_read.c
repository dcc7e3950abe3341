/* Reads one container, from a file or from standard input ("-" or nothing),
 * and says what it holds. Exit 0: read; 1: refused; 2: could not be opened. */
#include "tidepack.h"

#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (4u << 20)

static uint8_t *read_all(FILE *in, size_t *size) {
    uint8_t *data = malloc(INPUT_MAX);
    if (!data) {
        return NULL;
    }
    *size = fread(data, 1, INPUT_MAX, in);
    uint8_t *exact = realloc(data, *size ? *size : 1);
    return exact ? exact : data;
}

int main(int argc, char **argv) {
    FILE *in = stdin;
    if (argc > 1 && strcmp(argv[1], "-") != 0) {
        in = fopen(argv[1], "rb");
        if (!in) {
            fprintf(stderr, "tidepack-read: cannot open the container\n");
            return 2;
        }
    }
    size_t size = 0;
    uint8_t *data = read_all(in, &size);
    if (in != stdin) {
        fclose(in);
    }
    if (!data) {
        return 2;
    }
    tp_file *file = NULL;
    tp_status status = tp_open(data, size, &file);
    if (status == TP_OK) {
        tp_describe(file, stdout);
    } else {
        fprintf(stderr, "tidepack-read: %s\n", tp_strerror(status));
    }
    tp_close(file);
    free(data);
    return status == TP_OK ? 0 : 1;
}
