#include "internal.h"

/* Whoever puts a character has seen to it that there is room. */
void tp_text_put(tp_text *text, char c) {
    text->at[text->used++] = c;
}
