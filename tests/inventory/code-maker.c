/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/code-maker.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

#define WHITE 0xffffffff

GdkPixbuf *
code_maker_sheet (int width, int height)
{
  GdkPixbuf *sheet = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);

  gdk_pixbuf_fill (sheet, WHITE);
  return sheet;
}

/* --- codes, as other people's programs make them --- */

/* Without what is transparent: both make such pictures. */
static GdkPixbuf *
print_on_paper (GdkPixbuf *code)
{
  int width = gdk_pixbuf_get_width (code);
  int height = gdk_pixbuf_get_height (code);
  GdkPixbuf *sheet = code_maker_sheet (width, height);

  gdk_pixbuf_composite (code, sheet, 0, 0, width, height, 0, 0, 1, 1, GDK_INTERP_NEAREST, 255);
  return sheet;
}

static GdkPixbuf *
run_encoder (const char *const *arguments, const char *input)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_autoptr (GBytes) text = g_bytes_new (input, strlen (input));
  g_autoptr (GBytes) picture = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate (process, text, NULL, &picture, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  stream = g_memory_input_stream_new_from_bytes (picture);
  pixbuf = gdk_pixbuf_new_from_stream (stream, NULL, &error);
  g_assert_no_error (error);
  return print_on_paper (pixbuf);
}

/* Each of its squares has @module pixels a side. */
GdkPixbuf *
code_maker_qr (const char *text, guint module)
{
  g_autofree char *size = g_strdup_printf ("%u", module);
  const char *const arguments[] = { "qrencode", "-l", "H", "-s", size, "-o", "-", NULL };

  return run_encoder (arguments, text);
}

GdkPixbuf *
code_maker_matrix (const char *text, guint module)
{
  g_autofree char *size = g_strdup_printf ("%u", module);
  g_autofree char *margin = g_strdup_printf ("%u", 2 * module);
  const char *const arguments[] = { "dmtxwrite", "-d", size, "-m", margin, NULL };

  return run_encoder (arguments, text);
}

/* With "~" for FNC1. */
GdkPixbuf *
code_maker_gs1 (const char *text)
{
  const char *const arguments[] = { "dmtxwrite", "-e", "a", "-G", "126", "-d", "5", NULL };

  return run_encoder (arguments, text);
}

/* --- what happens to them --- */

void
code_maker_put (GdkPixbuf *sheet, GdkPixbuf *code, int x, int y)
{
  gdk_pixbuf_copy_area (code, 0, 0, gdk_pixbuf_get_width (code), gdk_pixbuf_get_height (code), sheet, x, y);
}

void
code_maker_put_qr (GdkPixbuf *sheet, const char *text, guint module, int x, int y)
{
  g_autoptr (GdkPixbuf) code = code_maker_qr (text, module);

  code_maker_put (sheet, code, x, y);
}

guint8 *
code_maker_get_pixel (GdkPixbuf *pixbuf, int x, int y)
{
  return gdk_pixbuf_get_pixels (pixbuf) + y * gdk_pixbuf_get_rowstride (pixbuf) +
         x * gdk_pixbuf_get_n_channels (pixbuf);
}

/* About its middle, each pixel as the nearest one was. */
GdkPixbuf *
code_maker_rotate (GdkPixbuf *code, int degrees)
{
  int width = gdk_pixbuf_get_width (code);
  int height = gdk_pixbuf_get_height (code);
  int side = (int)ceil (hypot (width, height)) + 8;
  double sine = sin (degrees * G_PI / 180);
  double cosine = cos (degrees * G_PI / 180);
  GdkPixbuf *sheet = code_maker_sheet (side, side);

  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      {
        int from_x = (int)floor (cosine * (x - side / 2) + sine * (y - side / 2) + width / 2.0);
        int from_y = (int)floor (cosine * (y - side / 2) - sine * (x - side / 2) + height / 2.0);

        if (from_x >= 0 && from_x < width && from_y >= 0 && from_y < height)
          memcpy (code_maker_get_pixel (sheet, x, y), code_maker_get_pixel (code, from_x, from_y), 3);
      }

  return sheet;
}

/* Grain everywhere, grey paper, and a blot that takes a twelfth of each side away. */
void
code_maker_dirty (GdkPixbuf *code)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  int width = gdk_pixbuf_get_width (code);
  int height = gdk_pixbuf_get_height (code);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        gboolean in_blot = ABS (x - width / 2) < width / 24 && ABS (y - height / 2) < height / 24;
        int grey =
            in_blot ? 60 : 40 + *code_maker_get_pixel (code, x, y) / 2 + g_rand_int_range (random, -30, 30);

        memset (code_maker_get_pixel (code, x, y), CLAMP (grey, 0, 255), 3);
      }
}

void
code_maker_negative (GdkPixbuf *code)
{
  for (int y = 0; y < gdk_pixbuf_get_height (code); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (code); x++)
      memset (code_maker_get_pixel (code, x, y), 255 - *code_maker_get_pixel (code, x, y), 3);
}
