/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-known-authorities.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "support/test-pki.h"

#define FIRST "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SECOND "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

typedef struct
{
  char *folder;
  char *path;
  StileKnownAuthorities *known;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = test_pki_directory_new ();
  self->path = g_build_filename (self->folder, "known-authorities.conf", NULL);
  self->known = stile_known_authorities_new (self->path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->known);
  test_pki_directory_remove (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

static void
add (StileKnownAuthorities *known, const char *fingerprint, const char *name)
{
  g_autoptr (GError) error = NULL;
  gboolean added = stile_known_authorities_add (known, fingerprint, name, &error);

  g_assert_no_error (error);
  g_assert_true (added);
}

static StileKnownAuthorities *
reload (Fixture *self)
{
  StileKnownAuthorities *again = stile_known_authorities_new (self->path);
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_known_authorities_load (again, &error));
  g_assert_no_error (error);
  return again;
}

static void
test_missing_file (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_known_authorities_load (self->known, &error));
  g_assert_no_error (error);
  g_assert_false (stile_known_authorities_has (self->known, FIRST));
}

static void
test_remembers (Fixture *self, gconstpointer data)
{
  g_autoptr (StileKnownAuthorities) again = NULL;
  GStatBuf status;

  add (self->known, FIRST, "Example; “Inspection”\n[x]=CA");
  add (self->known, FIRST, "Example");
  again = reload (self);

  g_assert_true (stile_known_authorities_has (again, FIRST));
  g_assert_false (stile_known_authorities_has (again, SECOND));
  g_assert_cmpint (g_stat (self->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_forms (Fixture *self, gconstpointer data)
{
  add (self->known, "AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA",
       "Example");

  g_assert_true (stile_known_authorities_has (self->known, FIRST));
  g_assert_true (stile_known_authorities_has (
      self->known,
      "aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa:aa"));
  g_assert_false (stile_known_authorities_has (self->known, "aaaa"));
  g_assert_false (stile_known_authorities_has (self->known, FIRST "a"));
  g_assert_false (stile_known_authorities_has (self->known, ""));
}

static void
test_removes (Fixture *self, gconstpointer data)
{
  g_autoptr (StileKnownAuthorities) again = NULL;
  g_autoptr (GError) error = NULL;

  add (self->known, FIRST, "Example");
  g_assert_true (stile_known_authorities_remove (self->known, FIRST, &error));
  g_assert_no_error (error);
  g_assert_true (stile_known_authorities_remove (self->known, SECOND, &error));
  again = reload (self);

  g_assert_false (stile_known_authorities_has (self->known, FIRST));
  g_assert_false (stile_known_authorities_has (again, FIRST));
}

/* The app and the tool may both be running. */
static void
test_two_writers (Fixture *self, gconstpointer data)
{
  g_autoptr (StileKnownAuthorities) other = stile_known_authorities_new (self->path);
  g_autoptr (StileKnownAuthorities) again = NULL;

  add (self->known, FIRST, "First");
  add (other, SECOND, "Second");
  again = reload (self);

  g_assert_true (stile_known_authorities_has (again, FIRST));
  g_assert_true (stile_known_authorities_has (again, SECOND));
}

static void
test_wrong_fingerprint (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_known_authorities_add (self->known, "not one", "Example", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
}

/* A damaged file stays as it is, and what was known stays known. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  static const char *const damaged[] = {
    "[Known authorities]\n" FIRST "=Example\nhalf a li",
    "[Known authorities]\nabc=Example\n",
    "\xff\xfe",
  };

  add (self->known, FIRST, "Example");
  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autoptr (GError) loading = NULL;
      g_autoptr (GError) adding = NULL;
      g_autofree char *text = NULL;

      g_assert_true (g_file_set_contents (self->path, damaged[i], -1, NULL));
      g_assert_false (stile_known_authorities_load (self->known, &loading));
      g_assert_error (loading, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (loading->message, self->path));
      g_assert_true (stile_known_authorities_has (self->known, FIRST));

      g_assert_false (stile_known_authorities_add (self->known, SECOND, "Second", &adding));
      g_assert_nonnull (adding);
      g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
      g_assert_cmpstr (text, ==, damaged[i]);
    }
}

static void
test_limit (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("[Known authorities]\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) too_many = NULL;

  for (guint i = 0; i < STILE_KNOWN_AUTHORITIES_MAX; i++)
    g_string_append_printf (text, "%064u=Example\n", i);
  g_assert_true (g_file_set_contents (self->path, text->str, -1, NULL));
  g_assert_true (stile_known_authorities_load (self->known, &error));
  g_assert_no_error (error);

  g_assert_false (stile_known_authorities_add (self->known, FIRST, "One more", &too_many));
  g_assert_error (too_many, STILE_ERROR, STILE_ERROR_LIMIT);
  g_assert_false (stile_known_authorities_has (self->known, FIRST));
}

static void
test_cannot_write (Fixture *self, gconstpointer data)
{
  g_autofree char *below = g_build_filename (self->path, "known.conf", NULL);
  g_autoptr (StileKnownAuthorities) known = stile_known_authorities_new (below);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (self->path, "a file, and no folder", -1, NULL));
  g_assert_false (stile_known_authorities_add (known, FIRST, "Example", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, below));
  g_assert_false (stile_known_authorities_has (known, FIRST));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/diagnosis/known-authorities/no-file-knows-nobody", test_missing_file },
    { "/diagnosis/known-authorities/remembers", test_remembers },
    { "/diagnosis/known-authorities/takes-what-people-copy", test_forms },
    { "/diagnosis/known-authorities/removes", test_removes },
    { "/diagnosis/known-authorities/keeps-what-another-has-written", test_two_writers },
    { "/diagnosis/known-authorities/refuses-what-is-no-fingerprint", test_wrong_fingerprint },
    { "/diagnosis/known-authorities/a-damaged-file-loses-nothing", test_damaged },
    { "/diagnosis/known-authorities/too-many-are-refused", test_limit },
    { "/diagnosis/known-authorities/says-where-it-cannot-write", test_cannot_write },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
