/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A telephone's largest pictures.  Of each pixel up to four bytes are held, and one of its grey. */
#define STILE_CODE_PIXELS_MAX 50000000

/* What the libraries that look for codes count with has no more than 16 bits, with fractions. */
#define STILE_CODE_PIXELS_MAX_SIDE 16383

/**
 * StileCodePixels:
 * @data: a byte of grey for each pixel, row after row with nothing between
 * @scale: a pixel here is so many of the picture's, in each direction
 *
 * A picture in which codes are looked for.
 */
typedef struct
{
  guint8 *data;
  guint width;
  guint height;
  double scale;
} StileCodePixels;

/**
 * StileCodeCorner:
 *
 * A place in a picture: from the left, and from the top, in pixels of its own size.
 */
typedef struct
{
  double x;
  double y;
} StileCodeCorner;

#define STILE_CODE_N_CORNERS 4

StileCodePixels *stile_code_pixels_read (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileCodePixels *stile_code_pixels_make_half (const StileCodePixels *pixels);
StileCodePixels *stile_code_pixels_make_double (const StileCodePixels *pixels);
void stile_code_pixels_invert (StileCodePixels *pixels);
void stile_code_pixels_cover (StileCodePixels *pixels, const StileCodeCorner *corners);
guint stile_code_pixels_get_side (const StileCodePixels *pixels);
void stile_code_pixels_free (StileCodePixels *pixels);

const char *stile_code_pixels_find_format (const guint8 *data, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileCodePixels, stile_code_pixels_free)

G_END_DECLS
