/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

/* Runs a fuzz target without a fuzzer: over the corpus as it is, and over the same mutations of it each time.  What
 * libFuzzer finds (-Dfuzz=true) goes into corpus/<parser>/ and stays found. */

#define SEED 9292
#define MAX_CHANGES 4
#define MAX_SPAN 64

/* What parsers trip over: signs, ends, escapes, and the first bytes of long lengths. */
static const guint8 interesting[] = {
  0x00, 0x01, 0x30, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xbf,
  0xc0, 0xfe, 0xff, '[',  '{',  '"',  '\\', '-',  '=',  '\n',
};

static GPtrArray *
load_corpus (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", FUZZ_TARGET, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) directory = g_dir_open (path, 0, &error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *corpus = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (directory)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, (GCompareFunc)g_strcmp0);

  for (guint i = 0; i < names->len; i++)
    {
      char *contents;
      gsize length;

      g_file_get_contents (g_ptr_array_index (names, i), &contents, &length, &error);
      g_assert_no_error (error);
      g_ptr_array_add (corpus, g_bytes_new_take (contents, length));
    }
  g_assert_cmpuint (corpus->len, >, 0);

  return corpus;
}

/* In memory of exactly its size, so that a sanitizer sees whoever reads past it. */
static void
run (const guint8 *data, gsize size)
{
  guint8 *copy = g_memdup2 (data, size);

  g_assert_cmpint (LLVMFuzzerTestOneInput (copy, size), ==, 0);
  g_free (copy);
}

static gsize
somewhere (GRand *random, gsize length)
{
  return length > 0 ? (gsize)g_rand_int_range (random, 0, (gint32)length) : 0;
}

static gsize
some_of (GRand *random, gsize length)
{
  gsize count = (gsize)g_rand_int_range (random, 1, MAX_SPAN);

  return MIN (length, count);
}

static void
insert (GRand *random, GByteArray *bytes, const guint8 *data, gsize length)
{
  gsize begin = somewhere (random, length);
  gsize count = some_of (random, length - begin);
  gsize at = somewhere (random, bytes->len + 1);
  gsize tail = bytes->len - at;

  g_byte_array_set_size (bytes, (guint)(bytes->len + count));
  if (tail > 0)
    memmove (bytes->data + at + count, bytes->data + at, tail);
  if (count > 0)
    memcpy (bytes->data + at, data + begin, count);
}

static void
change (GRand *random, GByteArray *bytes, GBytes *other)
{
  gsize at = somewhere (random, bytes->len);

  switch (bytes->len > 0 ? g_rand_int_range (random, 0, 6) : 5)
    {
    case 0:
      bytes->data[at] ^= (guint8)(1 << g_rand_int_range (random, 0, 8));
      break;
    case 1:
      bytes->data[at] = interesting[somewhere (random, sizeof interesting)];
      break;
    case 2:
      bytes->data[at] = (guint8)g_rand_int_range (random, 0, 256);
      break;
    case 3:
      g_byte_array_set_size (bytes, (guint)at);
      break;
    case 4:
      g_byte_array_remove_range (bytes, (guint)at, (guint)some_of (random, bytes->len - at));
      break;
    default:
      insert (random, bytes, g_bytes_get_data (other, NULL), g_bytes_get_size (other));
      break;
    }
}

static void
test_corpus (void)
{
  g_autoptr (GPtrArray) corpus = load_corpus ();

  for (guint i = 0; i < corpus->len; i++)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (g_ptr_array_index (corpus, i), &size);

      run (data, size);
    }
}

static void
test_mutations (void)
{
  g_autoptr (GPtrArray) corpus = load_corpus ();
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED);

  for (guint round = 0; round < FUZZ_ROUNDS; round++)
    {
      GBytes *seed = g_ptr_array_index (corpus, somewhere (random, corpus->len));
      GBytes *other = g_ptr_array_index (corpus, somewhere (random, corpus->len));
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      int changes = g_rand_int_range (random, 1, MAX_CHANGES + 1);

      g_byte_array_append (bytes, g_bytes_get_data (seed, NULL), (guint)g_bytes_get_size (seed));
      for (int i = 0; i < changes; i++)
        change (random, bytes, other);
      run (bytes->data, bytes->len);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fuzz/" FUZZ_TARGET "/corpus", test_corpus);
  g_test_add_func ("/fuzz/" FUZZ_TARGET "/mutations", test_mutations);

  return g_test_run ();
}
