/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-code-search.h"

#include <dmtx.h>
#include <string.h>
#include <time.h>
#include <zbar.h>

#include "inventory/stile-code-words.h"

/* Sizes in which QR codes are looked for: down to a picture that is so small, and up to one that was so large. */
#define SMALLEST_SIDE 64
#define DOUBLED_SIDE 1500

/* Data matrix codes have no marks that are found fast.  They are looked for in the smallest size first, for so long
 * of a processor in all, and for less where there are QR codes: one label seldom has both. */
#define MATRIX_SECONDS 4
#define MATRIX_BESIDE_QR_SECONDS 2

/* The smallest data matrix code has 8 rows.  In a picture of one pixel libdmtx ends the program. */
#define MATRIX_SMALLEST_SIDE 8

/* Somebody who cancels waits no longer. */
#define SLICE_MSEC 100

/* What separates the fields of GS1 in a text, and stands before the first in a data matrix code. */
#define FNC1 0x1d

/**
 * Search:
 *
 * A picture, and what was found in it so far.
 */
typedef struct
{
  GPtrArray *found; /* of StileFoundCode: each text once */
  GArray *covered;  /* of StileCodeCorner: around each QR code, in each size in which it was read */
  GCancellable *cancellable;
  double deadline; /* of data matrix codes, in seconds of this thread */
} Search;

static void
found_code_free (gpointer data)
{
  StileFoundCode *code = data;

  g_free (code->text);
  g_free (code);
}

/* What else the computer does takes nothing of it. */
static double
get_thread_seconds (void)
{
  struct timespec now = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static gboolean
is_over (Search *self)
{
  return self->found->len > STILE_CODE_SEARCH_MAX_CODES || g_cancellable_is_cancelled (self->cancellable);
}

static int
compare_places (StileCodeCorner first, StileCodeCorner second)
{
  if (first.y != second.y)
    return first.y < second.y ? -1 : 1;
  return first.x < second.x ? -1 : first.x > second.x;
}

static StileFoundCode *
find (Search *self, StileCodeKind kind, const char *text)
{
  for (guint i = 0; i < self->found->len; i++)
    {
      StileFoundCode *code = g_ptr_array_index (self->found, i);

      if (code->kind == kind && strcmp (code->text, text) == 0)
        return code;
    }

  return NULL;
}

/* The same code is found in the picture's other sizes, too, and may be there several times. */
static void
add (Search *self, StileCodeKind kind, const char *text, StileCodeCorner corner)
{
  StileFoundCode *code = find (self, kind, text);

  if (code == NULL)
    {
      code = g_new0 (StileFoundCode, 1);
      *code = (StileFoundCode){ kind, g_strdup (text), corner };
      g_ptr_array_add (self->found, code);
    }
  else if (compare_places (corner, code->corner) < 0)
    {
      code->corner = corner;
    }
}

/* A text with a zero inside is none: what judges it says so of a byte that is no UTF-8. */
static char *
make_text (const char *data, gsize size)
{
  return memchr (data, '\0', size) == NULL ? g_strndup (data, size) : g_strdup ("\xff");
}

/* --- QR codes, with ZBar --- */

static char *
make_qr_text (const zbar_symbol_t *symbol)
{
  g_autofree char *text = make_text (zbar_symbol_get_data (symbol), zbar_symbol_get_data_length (symbol));

  /* As a scanner says it: ISO/IEC 15424. */
  return (zbar_symbol_get_modifiers (symbol) & (1u << ZBAR_MOD_GS1)) != 0 ? g_strconcat ("]Q3", text, NULL)
                                                                          : g_steal_pointer (&text);
}

/* Only the reader of QR codes is let at it. */
static zbar_image_scanner_t *
make_scanner (void)
{
  zbar_image_scanner_t *scanner = zbar_image_scanner_create ();

  zbar_image_scanner_set_config (scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  zbar_image_scanner_set_config (scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  zbar_image_scanner_set_config (scanner, ZBAR_NONE, ZBAR_CFG_POSITION, 1);

  return scanner;
}

static void
add_symbol (Search *self, const zbar_symbol_t *symbol, double scale)
{
  g_autofree char *text = make_qr_text (symbol);
  StileCodeCorner corners[STILE_CODE_N_CORNERS] = { 0 };
  gsize n_corners = MIN (zbar_symbol_get_loc_size (symbol), STILE_CODE_N_CORNERS);

  for (guint i = 0; i < n_corners; i++)
    corners[i] = (StileCodeCorner){ zbar_symbol_get_loc_x (symbol, i) * scale,
                                    zbar_symbol_get_loc_y (symbol, i) * scale };
  g_array_append_vals (self->covered, corners, STILE_CODE_N_CORNERS);
  add (self, STILE_CODE_KIND_QR, text, corners[0]);
}

static void
scan (Search *self, const StileCodePixels *pixels)
{
  zbar_image_scanner_t *scanner = make_scanner ();
  zbar_image_t *image = zbar_image_create ();

  zbar_image_set_format (image, zbar_fourcc ('Y', '8', '0', '0'));
  zbar_image_set_size (image, pixels->width, pixels->height);
  zbar_image_set_data (image, pixels->data, (gulong)pixels->width * pixels->height, NULL);
  zbar_scan_image (scanner, image);

  for (const zbar_symbol_t *symbol = zbar_image_first_symbol (image); symbol != NULL && !is_over (self);
       symbol = zbar_symbol_next (symbol))
    if (zbar_symbol_get_type (symbol) == ZBAR_QRCODE)
      add_symbol (self, symbol, pixels->scale);

  zbar_image_destroy (image);
  zbar_image_scanner_destroy (scanner);
}

/* Both ways.  ZBAR_CFG_TEST_INVERTED would do that, but writes behind the end of its copy in ZBar 0.23.92. */
static void
search_qr (Search *self, StileCodePixels *pixels)
{
  scan (self, pixels);
  if (is_over (self))
    return;

  stile_code_pixels_invert (pixels);
  scan (self, pixels);
  stile_code_pixels_invert (pixels);
}

/* --- data matrix codes, with libdmtx: ZBar does not read them --- */

static gboolean
is_whole (const DmtxMessage *message, int size)
{
  gsize n_data = (gsize)dmtxGetSymbolAttribute (DmtxSymAttribSymbolDataWords, size);
  gsize n_error = (gsize)dmtxGetSymbolAttribute (DmtxSymAttribSymbolErrorWords, size);
  gsize n_blocks = (gsize)dmtxGetSymbolAttribute (DmtxSymAttribInterleavedBlocks, size);

  return message->outputIdx > 0 && (gsize)message->outputIdx <= message->outputSize &&
         n_data + n_error <= message->codeSize &&
         stile_code_words_are_whole (message->code, n_data, n_error, n_blocks);
}

static void
read_region (Search *self, DmtxDecode *decode, DmtxRegion *region, const StileCodePixels *pixels)
{
  DmtxMessage *message = dmtxDecodeMatrixRegion (decode, region, DmtxUndefined);
  DmtxVector2 corner = { 0, 0 };

  if (message == NULL)
    return;

  if (is_whole (message, region->sizeIdx))
    {
      g_autofree char *text = make_text ((const char *)message->output, (gsize)message->outputIdx);

      /* Rows are counted from the bottom. */
      dmtxMatrix3VMultiplyBy (&corner, region->fit2raw);
      add (self, STILE_CODE_KIND_MATRIX, text,
           (StileCodeCorner){ corner.X * pixels->scale, (pixels->height - corner.Y) * pixels->scale });
    }
  dmtxMessageDestroy (&message);
}

static void
search_regions (Search *self, DmtxDecode *decode, const StileCodePixels *pixels)
{
  while (!is_over (self) && get_thread_seconds () < self->deadline)
    {
      DmtxTime slice = dmtxTimeAdd (dmtxTimeNow (), SLICE_MSEC);
      DmtxRegion *region = dmtxRegionFindNext (decode, &slice);

      if (region == NULL && !dmtxTimeExceeded (slice))
        return;
      if (region == NULL)
        continue;
      read_region (self, decode, region, pixels);
      dmtxRegionDestroy (&region);
    }
}

/* What looks at edges goes round and round in a QR code. */
static void
cover_found (Search *self, StileCodePixels *pixels)
{
  for (guint i = 0; i < self->covered->len; i += STILE_CODE_N_CORNERS)
    stile_code_pixels_cover (pixels, &g_array_index (self->covered, StileCodeCorner, i));
}

static void
search_matrix (Search *self, StileCodePixels *pixels)
{
  gboolean fits = MIN (pixels->width, pixels->height) >= MATRIX_SMALLEST_SIDE;
  DmtxImage *image =
      fits ? dmtxImageCreate (pixels->data, (int)pixels->width, (int)pixels->height, DmtxPack8bppK) : NULL;
  DmtxDecode *decode = image != NULL ? dmtxDecodeCreate (image, 1) : NULL;

  if (decode != NULL)
    {
      cover_found (self, pixels);
      dmtxDecodeSetProp (decode, DmtxPropFnc1, FNC1);
      search_regions (self, decode, pixels);
      dmtxDecodeDestroy (&decode);
    }
  if (image != NULL)
    dmtxImageDestroy (&image);
}

/* --- all of them --- */

static void
search_doubled (Search *self, StileCodePixels *pixels)
{
  g_autoptr (StileCodePixels) twice = NULL;

  if (self->found->len > 0 || stile_code_pixels_get_side (pixels) > DOUBLED_SIDE || is_over (self))
    return;

  twice = stile_code_pixels_make_double (pixels);
  search_qr (self, twice);
  if (self->found->len == 0)
    search_matrix (self, twice);
}

static int
compare_codes (gconstpointer a, gconstpointer b)
{
  return compare_places ((*(StileFoundCode *const *)a)->corner, (*(StileFoundCode *const *)b)->corner);
}

/* The picture, half of it, and so on. */
static GPtrArray *
make_sizes (const StileCodePixels *pixels)
{
  GPtrArray *sizes = g_ptr_array_new_with_free_func ((GDestroyNotify)stile_code_pixels_free);
  const StileCodePixels *last = pixels;

  while (stile_code_pixels_get_side (last) >= 2 * SMALLEST_SIDE)
    {
      g_ptr_array_add (sizes, stile_code_pixels_make_half (last));
      last = g_ptr_array_index (sizes, sizes->len - 1);
    }

  return sizes;
}

static Search
begin (GCancellable *cancellable)
{
  return (Search){ g_ptr_array_new_with_free_func (found_code_free),
                   g_array_new (FALSE, FALSE, sizeof (StileCodeCorner)), cancellable, 0 };
}

/* (transfer full) */
static GPtrArray *
finish (Search *self)
{
  g_ptr_array_sort (self->found, compare_codes);
  g_array_unref (self->covered);
  return self->found;
}

/**
 * stile_code_search_glance:
 * @pixels: a picture, from anybody
 *
 * Looks for QR codes as large as they are there, and for no others: for one of many pictures of the same thing.
 *
 * Returns: (transfer full) (element-type StileFoundCode): as stile_code_search_run()
 */
GPtrArray *
stile_code_search_glance (StileCodePixels *pixels)
{
  Search self = begin (NULL);

  search_qr (&self, pixels);
  return finish (&self);
}

/**
 * stile_code_search_run:
 * @pixels: a picture, from anybody; what was read in it is painted over
 *
 * Looks for QR codes and data matrix codes, dark on light or light on dark.  It takes seconds: call it in a thread.
 *
 * Returns: (transfer full) (element-type StileFoundCode): each text once, from the top of the picture to its bottom;
 *   more than %STILE_CODE_SEARCH_MAX_CODES when it has more than that; not all of them when it was cancelled
 */
GPtrArray *
stile_code_search_run (StileCodePixels *pixels, GCancellable *cancellable)
{
  Search self = begin (cancellable);
  g_autoptr (GPtrArray) sizes = make_sizes (pixels);

  search_qr (&self, pixels);
  for (guint i = 0; i < sizes->len && !is_over (&self); i++)
    search_qr (&self, g_ptr_array_index (sizes, i));

  self.deadline = get_thread_seconds () + (self.found->len > 0 ? MATRIX_BESIDE_QR_SECONDS : MATRIX_SECONDS);
  for (guint i = sizes->len; i > 0 && !is_over (&self); i--)
    search_matrix (&self, g_ptr_array_index (sizes, i - 1));
  if (!is_over (&self))
    search_matrix (&self, pixels);

  search_doubled (&self, pixels);
  return finish (&self);
}
