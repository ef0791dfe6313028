/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "inventory/stile-code-frame.h"

#define MODULE 5
#define DARK 40
#define LIGHT 220
/* What is between two rows must not be read. */
#define GAP 3

/**
 * Frame:
 *
 * Codes side by side, as a camera has them in grey.
 */
typedef struct
{
  guint8 *grey;
  guint width;
  guint height;
  guint stride;
} Frame;

static void
frame_clear (Frame *self)
{
  g_free (self->grey);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Frame, frame_clear)

/* Two marks of a line are a square. */
static char **
make_code (const char *text)
{
  const char *argv[] = { "qrencode", "-v", "5", "-t", "ASCII", "-m", "4", "-o", "-", "--", text, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, &error);
  g_assert_no_error (error);
  return g_strsplit (g_strchomp (output), "\n", -1);
}

static void
draw (Frame *self, char **code, guint left, guint8 dark, guint8 light)
{
  gsize side = g_strv_length (code);

  for (gsize y = 0; y < side * MODULE; y++)
    for (gsize x = 0; x < side * MODULE; x++)
      self->grey[y * self->stride + left + x] = code[y / MODULE][2 * (x / MODULE)] == '#' ? dark : light;
}

static Frame
make_frame (const char *const *texts, guint8 dark, guint8 light)
{
  guint count = g_strv_length ((char **)texts);
  Frame self = { 0 };

  for (guint i = 0; i < count; i++)
    {
      g_auto (GStrv) code = make_code (texts[i]);
      guint side = g_strv_length (code) * MODULE;

      if (self.grey == NULL)
        {
          self = (Frame){ NULL, side * count, side, side * count + GAP };
          self.grey = g_malloc (self.stride * self.height);
          memset (self.grey, dark, self.stride * self.height);
        }
      draw (&self, code, side * i, dark, light);
    }

  return self;
}

static GPtrArray *
read_frame (const Frame *frame)
{
  return stile_code_frame_read (frame->grey, frame->width, frame->height, frame->stride);
}

static gboolean
has (GPtrArray *texts, const char *text)
{
  return g_ptr_array_find_with_equal_func (texts, text, g_str_equal, NULL);
}

static void
test_reads_each_once (void)
{
  const char *const texts[] = { "X1-0001", "serial=X1-0002;address=192.0.2.1", "X1-0001", NULL };
  g_auto (Frame) frame = make_frame (texts, DARK, LIGHT);
  g_autoptr (GPtrArray) read = read_frame (&frame);

  g_assert_cmpuint (read->len, ==, 2);
  g_assert_true (has (read, texts[0]));
  g_assert_true (has (read, texts[1]));
}

static void
test_reads_light_on_dark (void)
{
  const char *const texts[] = { "X1-0001", NULL };
  g_auto (Frame) frame = make_frame (texts, LIGHT, DARK);
  g_autoptr (GPtrArray) read = read_frame (&frame);

  g_assert_cmpuint (read->len, ==, 1);
  g_assert_true (has (read, texts[0]));
}

static void
test_reads_letters_of_the_world (void)
{
  const char *const texts[] = { "serial=X1-0001;name=Pumpe für Gebäude 3 — Ægir", NULL };
  g_auto (Frame) frame = make_frame (texts, DARK, LIGHT);
  g_autoptr (GPtrArray) read = read_frame (&frame);

  g_assert_true (has (read, texts[0]));
}

static void
test_finds_nothing_in_nothing (void)
{
  g_autofree guint8 *grey = g_malloc0 (64 * 48);
  g_autoptr (GPtrArray) none = stile_code_frame_read (grey, 64, 48, 64);
  g_autoptr (GPtrArray) empty = stile_code_frame_read (grey, 0, 0, 0);
  g_autoptr (GPtrArray) smallest = stile_code_frame_read (grey, 1, 1, 1);

  g_assert_cmpuint (none->len + empty->len + smallest->len, ==, 0);
}

/* Nothing of it is touched: there is one byte. */
static void
test_looks_into_none_too_large (void)
{
  guint8 grey = 0;
  guint side = STILE_CODE_FRAME_MAX_SIDE + 1;
  g_autoptr (GPtrArray) wide = stile_code_frame_read (&grey, side, 1, side);
  g_autoptr (GPtrArray) high = stile_code_frame_read (&grey, 1, side, 1);

  g_assert_cmpuint (wide->len + high->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/inventory/code-frame/reads-each-once", test_reads_each_once);
  g_test_add_func ("/inventory/code-frame/reads-light-on-dark", test_reads_light_on_dark);
  g_test_add_func ("/inventory/code-frame/reads-letters-of-the-world", test_reads_letters_of_the_world);
  g_test_add_func ("/inventory/code-frame/finds-nothing-in-nothing", test_finds_nothing_in_nothing);
  g_test_add_func ("/inventory/code-frame/looks-into-none-too-large", test_looks_into_none_too_large);

  return g_test_run ();
}
