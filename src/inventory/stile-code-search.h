/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "inventory/stile-code-pixels.h"

G_BEGIN_DECLS

/* More are no picture of devices; each of them is a line that somebody looks at. */
#define STILE_CODE_SEARCH_MAX_CODES 64

typedef enum
{
  STILE_CODE_KIND_QR,
  STILE_CODE_KIND_MATRIX,
} StileCodeKind;

/**
 * StileFoundCode:
 * @text: what it says; not judged, from anybody, and may be no UTF-8
 * @corner: where one of its corners is
 *
 * A code in a picture.
 */
typedef struct
{
  StileCodeKind kind;
  char *text;
  StileCodeCorner corner;
} StileFoundCode;

GPtrArray *stile_code_search_glance (StileCodePixels *pixels);
GPtrArray *stile_code_search_run (StileCodePixels *pixels, GCancellable *cancellable);

G_END_DECLS
