/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-code-pixels.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

/* The loader is given so much at once, and refuses by the first piece what is too large. */
#define PIECE_SIZE 65536

/* What files of pictures begin with.  Others than the first four are known so that they can be named: a loader for
 * anything that somebody has installed is not let at a picture from anybody. */
static const struct
{
  gsize offset;
  const char *start;
  const char *loader; /* NULL for what is not read */
  const char *name;
} formats[] = {
  { 0, "\x89PNG\r\n\x1a\n", "png", "PNG" },
  { 0, "\xff\xd8\xff", "jpeg", "JPEG" },
  { 0, "GIF8", "gif", "GIF" },
  { 8, "WEBPVP8", "webp", "WebP" },
  { 4, "ftyphei", NULL, "HEIC" },
  { 4, "ftyphev", NULL, "HEIC" },
  { 4, "ftypmif1", NULL, "HEIF" },
  { 4, "ftypavif", NULL, "AVIF" },
  { 0, "II*", NULL, "TIFF" },
  { 0, "MM\0*", NULL, "TIFF" },
  { 0, "%PDF-", NULL, "PDF" },
};

/* One start has a zero in it. */
static gsize
get_start_size (gsize format)
{
  return formats[format].start[0] == 'M' ? 4 : strlen (formats[format].start);
}

static gssize
find_format (const guint8 *data, gsize size)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      gsize length = get_start_size (i);

      if (size >= formats[i].offset + length &&
          memcmp (data + formats[i].offset, formats[i].start, length) == 0)
        return (gssize)i;
    }

  return -1;
}

/**
 * stile_code_pixels_find_format:
 * @data: what a file begins with: 16 bytes are enough
 *
 * Returns: (nullable): what kind of picture it is, also one that cannot be read, or %NULL where it is none
 */
const char *
stile_code_pixels_find_format (const guint8 *data, gsize size)
{
  gssize format = find_format (data, size);

  return format >= 0 ? formats[format].name : NULL;
}

static StileCodePixels *
pixels_new (guint width, guint height, double scale)
{
  StileCodePixels *pixels = g_new0 (StileCodePixels, 1);

  pixels->width = width;
  pixels->height = height;
  pixels->scale = scale;
  pixels->data = g_malloc ((gsize)width * height);
  return pixels;
}

void
stile_code_pixels_free (StileCodePixels *pixels)
{
  g_free (pixels->data);
  g_free (pixels);
}

/* --- decoding --- */

static gboolean
is_too_large (int width, int height)
{
  return width > STILE_CODE_PIXELS_MAX_SIDE || height > STILE_CODE_PIXELS_MAX_SIDE ||
         (gint64)width * height > STILE_CODE_PIXELS_MAX;
}

/* Before there is memory for any pixel.  A loader that is to make a picture of no size refuses to. */
static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  GError **refusal = user_data;

  if (!is_too_large (width, height))
    return;

  gdk_pixbuf_loader_set_size (loader, 0, 0);
  if (*refusal == NULL)
    g_set_error (
        refusal, STILE_ERROR, STILE_ERROR_SETTINGS,
        _ ("It has %d × %d pixels; no more than %d in all, and %d in a row, are looked at. Make it smaller, "
           "or cut out the codes."),
        width, height, STILE_CODE_PIXELS_MAX, STILE_CODE_PIXELS_MAX_SIDE);
}

/* Loaders say nothing of a file that ends too early, and the rest of the picture is whatever memory held. */
static void
area_updated_cb (GdkPixbufLoader *loader, int x, int y, int width, int height, gpointer user_data)
{
  int *rows = user_data;

  *rows = MAX (*rows, y + height);
}

static gboolean
feed (GdkPixbufLoader *loader, GBytes *bytes, GError **refusal, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gboolean fed = TRUE;

  for (gsize done = 0; fed && *refusal == NULL && done < size; done += PIECE_SIZE)
    fed = gdk_pixbuf_loader_write (loader, data + done, MIN (PIECE_SIZE, size - done), error);

  /* It has to be closed in any case, and may say again what it said. */
  return gdk_pixbuf_loader_close (loader, fed ? error : NULL) && fed;
}

static gboolean
is_whole (GdkPixbuf *pixbuf, int rows)
{
  return pixbuf != NULL && rows >= gdk_pixbuf_get_height (pixbuf) &&
         !is_too_large (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf));
}

/* Takes the loader's picture, or says why not. */
static GdkPixbuf *
load (GdkPixbufLoader *loader, GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (GError) refusal = NULL;
  g_autoptr (GError) damage = NULL;
  GdkPixbuf *pixbuf = NULL;
  int rows = 0;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), &refusal);
  g_signal_connect (loader, "area-updated", G_CALLBACK (area_updated_cb), &rows);
  if (feed (loader, bytes, &refusal, &damage) && refusal == NULL)
    pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);

  if (is_whole (pixbuf, rows))
    return g_object_ref (pixbuf);

  /* What loaders say is for programmers. */
  if (refusal != NULL)
    g_propagate_error (error, g_steal_pointer (&refusal));
  else
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("It is a damaged %s picture."), name);
  return NULL;
}

static GdkPixbuf *
decode (GBytes *bytes, gsize format, GError **error)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_type (formats[format].loader, NULL);

  if (loader != NULL)
    return load (loader, bytes, formats[format].name, error);

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("%s pictures cannot be read on this computer. Save it as PNG or JPEG."),
               formats[format].name);
  return NULL;
}

/* --- grey --- */

/* ITU-R BT.601, in 256ths. */
static guint8
make_grey (const guint8 *pixel, gboolean has_alpha)
{
  guint grey = (77u * pixel[0] + 150u * pixel[1] + 29u * pixel[2]) >> 8;

  /* On white paper, as it would be printed. */
  return (guint8)(has_alpha ? (grey * pixel[3] + 255u * (255u - pixel[3])) / 255u : grey);
}

static StileCodePixels *
make_pixels (GdkPixbuf *pixbuf)
{
  StileCodePixels *pixels =
      pixels_new ((guint)gdk_pixbuf_get_width (pixbuf), (guint)gdk_pixbuf_get_height (pixbuf), 1);
  gboolean has_alpha = gdk_pixbuf_get_has_alpha (pixbuf);
  gsize step = (gsize)gdk_pixbuf_get_n_channels (pixbuf);
  gsize stride = (gsize)gdk_pixbuf_get_rowstride (pixbuf);
  const guint8 *data = gdk_pixbuf_read_pixels (pixbuf);

  for (gsize y = 0; y < pixels->height; y++)
    for (gsize x = 0; x < pixels->width; x++)
      pixels->data[y * pixels->width + x] = make_grey (data + y * stride + x * step, has_alpha);

  return pixels;
}

/**
 * stile_code_pixels_read:
 * @bytes: a file with a picture, from anybody
 * @error: %STILE_ERROR_SETTINGS that says why it is not looked at
 *
 * Returns: (transfer full): its pixels; of a film the first picture
 */
StileCodePixels *
stile_code_pixels_read (GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gssize format = find_format (data, size);
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (format < 0)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                         _ ("It is no picture in a format that is known. Save it as PNG or JPEG."));
  else if (formats[format].loader == NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 _ ("%s files are not read: only PNG, JPEG, GIF and WebP pictures. Save it as PNG or JPEG."),
                 formats[format].name);
  else
    pixbuf = decode (bytes, (gsize)format, error);

  return pixbuf != NULL ? make_pixels (pixbuf) : NULL;
}

/* --- other sizes --- */

/**
 * stile_code_pixels_get_side:
 *
 * Returns: how long the longer side is
 */
guint
stile_code_pixels_get_side (const StileCodePixels *pixels)
{
  return MAX (pixels->width, pixels->height);
}

/**
 * stile_code_pixels_make_half:
 *
 * Returns: (transfer full): the same with half as many pixels a side, which evens out grain and dirt
 */
StileCodePixels *
stile_code_pixels_make_half (const StileCodePixels *pixels)
{
  StileCodePixels *half =
      pixels_new (MAX (pixels->width / 2, 1), MAX (pixels->height / 2, 1), pixels->scale * 2);
  gsize right = pixels->width > 1 ? 1 : 0;
  gsize below = pixels->height > 1 ? pixels->width : 0;

  for (gsize y = 0; y < half->height; y++)
    for (gsize x = 0; x < half->width; x++)
      {
        const guint8 *from = pixels->data + 2 * y * pixels->width + 2 * x;

        half->data[y * half->width + x] =
            (guint8)((from[0] + from[right] + from[below] + from[right + below] + 2) / 4);
      }

  return half;
}

/* Halfway between the pixels of a row, and of two rows. */
static guint8
get_between (const StileCodePixels *pixels, gsize x, gsize y)
{
  gsize left = x / 2;
  gsize top = y / 2;
  gsize right = MIN (left + x % 2, pixels->width - 1);
  gsize bottom = MIN (top + y % 2, pixels->height - 1);
  const guint8 *data = pixels->data;

  return (guint8)((data[top * pixels->width + left] + data[top * pixels->width + right] +
                   data[bottom * pixels->width + left] + data[bottom * pixels->width + right] + 2) /
                  4);
}

/**
 * stile_code_pixels_make_double:
 *
 * Returns: (transfer full): the same with twice as many pixels a side, for codes whose squares are few pixels
 */
StileCodePixels *
stile_code_pixels_make_double (const StileCodePixels *pixels)
{
  StileCodePixels *twice = pixels_new (pixels->width * 2, pixels->height * 2, pixels->scale / 2);

  for (gsize y = 0; y < twice->height; y++)
    for (gsize x = 0; x < twice->width; x++)
      twice->data[y * twice->width + x] = get_between (pixels, x, y);

  return twice;
}

/**
 * stile_code_pixels_invert:
 *
 * Makes light what is dark, and dark what is light.
 */
void
stile_code_pixels_invert (StileCodePixels *pixels)
{
  gsize count = (gsize)pixels->width * pixels->height;

  for (gsize i = 0; i < count; i++)
    pixels->data[i] = (guint8)~pixels->data[i];
}

/* --- what was read already --- */

/* Whether all four sides are passed on the same hand. */
static gboolean
is_inside (const StileCodeCorner *corners, double x, double y)
{
  guint left = 0;

  for (gsize i = 0; i < STILE_CODE_N_CORNERS; i++)
    {
      const StileCodeCorner *from = &corners[i];
      const StileCodeCorner *to = &corners[(i + 1) % STILE_CODE_N_CORNERS];

      if ((to->x - from->x) * (y - from->y) - (to->y - from->y) * (x - from->x) > 0)
        left++;
    }

  return left == 0 || left == STILE_CODE_N_CORNERS;
}

static gsize
clamp (double place, double scale, gsize end)
{
  return (gsize)CLAMP (place / scale, 0, (double)end);
}

/**
 * stile_code_pixels_cover:
 * @corners: (array fixed-size=4): of a code, one after the other around it, in the picture as it was read
 *
 * Makes white what is inside: who looks for another kind of code need not look there.
 */
void
stile_code_pixels_cover (StileCodePixels *pixels, const StileCodeCorner *corners)
{
  StileCodeCorner low = corners[0];
  StileCodeCorner high = corners[0];

  for (gsize i = 1; i < STILE_CODE_N_CORNERS; i++)
    {
      low = (StileCodeCorner){ MIN (low.x, corners[i].x), MIN (low.y, corners[i].y) };
      high = (StileCodeCorner){ MAX (high.x, corners[i].x), MAX (high.y, corners[i].y) };
    }

  for (gsize y = clamp (low.y, pixels->scale, pixels->height);
       y < clamp (high.y + pixels->scale, pixels->scale, pixels->height); y++)
    for (gsize x = clamp (low.x, pixels->scale, pixels->width);
         x < clamp (high.x + pixels->scale, pixels->scale, pixels->width); x++)
      if (is_inside (corners, (double)x * pixels->scale, (double)y * pixels->scale))
        pixels->data[y * pixels->width + x] = G_MAXUINT8;
}
