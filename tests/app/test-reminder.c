/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-reminder.h"

#include <string.h>

#include "support/test-await.h"
#include "support/test-carrier.h"
#include "support/test-pki.h"

#define DAY (24 * 3600)

typedef struct
{
  char *directory;
  TestPki *root;
  GString *told; /* names, in order */
  StileReminder *reminder;
} Fixture;

static void
due_cb (StileReminder *reminder, StileEnrolmentNote *note, Fixture *self)
{
  g_autofree char *name = stile_enrolment_note_get_name (note);

  g_string_append_printf (self->told, "%s ", name);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->root = test_pki_authority_new ("Plant Nord Root", TEST_PKI_P256);
  self->told = g_string_new (NULL);
  self->reminder = stile_reminder_new (self->directory);
  g_signal_connect (self->reminder, "due", G_CALLBACK (due_cb), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_await_finalized (self->reminder);
  g_string_free (self->told, TRUE);
  test_pki_unref (self->root);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
}

static StileEnrolmentNote *
add_note (Fixture *self, const char *name, gint64 begins, gint64 ends)
{
  g_autoptr (TestPki) leaf =
      test_pki_issue (self->root, &(TestPkiOptions){ .name = "Device 7", .begins = begins, .ends = ends });
  g_autofree char *file = g_strconcat (name, STILE_ENROLMENT_NOTE_SUFFIX, NULL);
  g_autofree char *path = g_build_filename (self->directory, file, NULL);
  StileEnrolmentNote *note = stile_enrolment_note_new (path);
  g_autoptr (GError) error = NULL;

  stile_enrolment_note_set_certificate (note, test_pki_get_certificate (leaf));
  g_assert_true (stile_enrolment_note_save (note, &error));
  g_assert_no_error (error);
  return note;
}

static void
test_due (Fixture *self, gconstpointer data)
{
  g_autoptr (StileEnrolmentNote) fresh = add_note (self, "fresh", -DAY, 30 * DAY);
  g_autoptr (StileEnrolmentNote) old = add_note (self, "old", -29 * DAY, DAY);
  g_autoptr (StileEnrolmentNote) over = add_note (self, "over", -30 * DAY, -DAY);

  stile_reminder_look (self->reminder);
  test_await_until (self->told->len > strlen ("old "));
  test_await_idle ();
  g_assert_cmpstr (self->told->str, ==, "over old ");

  /* It is told again, until it is not so any more. */
  stile_enrolment_note_remove (over);
  g_string_truncate (self->told, 0);
  stile_reminder_look (self->reminder);
  test_await_until (self->told->len > 0);
  g_assert_cmpstr (self->told->str, ==, "old ");
}

static void
test_gone (Fixture *self, gconstpointer data)
{
  g_autoptr (StileEnrolmentNote) old = add_note (self, "old", -29 * DAY, DAY);
  StileReminder *reminder = stile_reminder_new (self->directory);

  g_signal_connect (reminder, "due", G_CALLBACK (due_cb), self);
  stile_reminder_look (reminder);
  g_assert_finalize_object (reminder);
  stile_reminder_look (self->reminder);
  test_await_until (self->told->len > 0);
  test_await_idle ();
  g_assert_cmpstr (self->told->str, ==, "old ");
}

static void
renewed_cb (StileReminder *reminder, StileEnrolmentNote *note, const char *problem, Fixture *self)
{
  g_autofree char *name = stile_enrolment_note_get_name (note);

  g_string_append_printf (self->told, "%s: %s", name, problem != NULL ? problem : "renewed");
}

/* Why there is no new certificate reaches whoever wanted one; renewing itself is StileRenewal's, and tested there. */
static void
test_renew_fails (Fixture *self, gconstpointer data)
{
  g_autoptr (StileEnrolmentNote) old = add_note (self, "old", -29 * DAY, DAY);

  g_signal_connect (self->reminder, "renewed", G_CALLBACK (renewed_cb), self);
  stile_reminder_renew (self->reminder, TEST_TYPE_CARRIER, "old");
  test_await_until (self->told->len > 0);
  g_assert_true (g_str_has_prefix (self->told->str, "old: The note does not say where"));
}

static void
test_words (Fixture *self, gconstpointer data)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (StileEnrolmentNote) old = add_note (self, "old", -29 * DAY, DAY);
  g_autofree char *title = stile_reminder_get_title (old);
  g_autofree char *before = stile_reminder_get_text (old, now);
  g_autofree char *after = stile_reminder_get_text (old, now + 2 * DAY);

  g_assert_nonnull (strstr (title, "Device 7"));
  g_assert_true (g_str_has_prefix (before, "It is valid until "));
  g_assert_true (g_str_has_prefix (after, "It ran out on "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/reminder/due", Fixture, NULL, set_up, test_due, tear_down);
  g_test_add ("/reminder/gone", Fixture, NULL, set_up, test_gone, tear_down);
  g_test_add ("/reminder/renew-fails", Fixture, NULL, set_up, test_renew_fails, tear_down);
  g_test_add ("/reminder/words", Fixture, NULL, set_up, test_words, tear_down);

  return g_test_run ();
}
