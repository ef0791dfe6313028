/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-enrolment-note.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-date.h"

#define GROUP "enrolment"
#define FROM "from"
#define UNTIL "until"
#define MODE 0600

/**
 * StileEnrolmentNote:
 *
 * A file beside a certificate that says where it came from and how long it is good, so that "stilectl renew" and the app
 * know what to renew, and when.  There is no secret in it.
 */
struct _StileEnrolmentNote
{
  GObject parent_instance;

  char *path;
  GKeyFile *values;
};

G_DEFINE_FINAL_TYPE (StileEnrolmentNote, stile_enrolment_note, G_TYPE_OBJECT)

static void
stile_enrolment_note_finalize (GObject *object)
{
  StileEnrolmentNote *self = STILE_ENROLMENT_NOTE (object);

  g_free (self->path);
  g_key_file_unref (self->values);

  G_OBJECT_CLASS (stile_enrolment_note_parent_class)->finalize (object);
}

static void
stile_enrolment_note_class_init (StileEnrolmentNoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_enrolment_note_finalize;
}

static void
stile_enrolment_note_init (StileEnrolmentNote *self)
{
  self->values = g_key_file_new ();
}

/**
 * stile_enrolment_note_new:
 * @path: of the file, which is not looked at
 *
 * Returns: (transfer full): a note that says nothing yet
 */
StileEnrolmentNote *
stile_enrolment_note_new (const char *path)
{
  StileEnrolmentNote *self = g_object_new (STILE_TYPE_ENROLMENT_NOTE, NULL);

  self->path = g_strdup (path);
  return self;
}

/**
 * stile_enrolment_note_load:
 * @path: of the file
 * @error: %STILE_ERROR_SETTINGS
 *
 * Returns: (transfer full): what the file says
 */
StileEnrolmentNote *
stile_enrolment_note_load (const char *path, GError **error)
{
  g_autoptr (StileEnrolmentNote) self = stile_enrolment_note_new (path);

  if (!g_key_file_load_from_file (self->values, path, G_KEY_FILE_NONE, error))
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, _ ("Reading “%s”: "), path);
      return NULL;
    }
  if (!g_key_file_has_group (self->values, GROUP))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is no note of an enrolment"), path);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * stile_enrolment_note_save:
 * @error: %STILE_ERROR_SETTINGS
 *
 * Writes the file, whole or not at all, in the place of one that was there.
 */
gboolean
stile_enrolment_note_save (StileEnrolmentNote *self, GError **error)
{
  gsize length;
  g_autofree char *text = g_key_file_to_data (self->values, &length, NULL);

  if (g_file_set_contents_full (self->path, text, (gssize)length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, MODE, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  return FALSE;
}

/**
 * stile_enrolment_note_remove:
 *
 * Takes the file away.
 */
void
stile_enrolment_note_remove (StileEnrolmentNote *self)
{
  if (g_unlink (self->path) < 0)
    g_debug ("Removing “%s”: %s", self->path, g_strerror (errno));
}

/**
 * stile_enrolment_note_get_path:
 *
 * Returns: (transfer none): of the file
 */
const char *
stile_enrolment_note_get_path (StileEnrolmentNote *self)
{
  return self->path;
}

/**
 * stile_enrolment_note_get_name:
 *
 * Returns: (transfer full): what people call it: the file's name without its suffix
 */
char *
stile_enrolment_note_get_name (StileEnrolmentNote *self)
{
  g_autofree char *base = g_path_get_basename (self->path);

  if (g_str_has_suffix (base, STILE_ENROLMENT_NOTE_SUFFIX))
    base[strlen (base) - strlen (STILE_ENROLMENT_NOTE_SUFFIX)] = '\0';
  return g_steal_pointer (&base);
}

/**
 * stile_enrolment_note_get:
 * @key: %STILE_ENROLMENT_NOTE_SERVICE, and so on
 *
 * Returns: (transfer full) (nullable): what the note says
 */
char *
stile_enrolment_note_get (StileEnrolmentNote *self, const char *key)
{
  g_autofree char *value = g_key_file_get_string (self->values, GROUP, key, NULL);

  return value != NULL && *value != '\0' ? g_steal_pointer (&value) : NULL;
}

/**
 * stile_enrolment_note_set:
 * @value: (nullable): %NULL to say nothing
 */
void
stile_enrolment_note_set (StileEnrolmentNote *self, const char *key, const char *value)
{
  if (value != NULL)
    g_key_file_set_string (self->values, GROUP, key, value);
  else
    g_key_file_remove_key (self->values, GROUP, key, NULL);
}

static void
set_date (StileEnrolmentNote *self, const char *key, GDateTime *date)
{
  g_autofree char *text = stile_date_format (g_date_time_to_unix (date));

  stile_enrolment_note_set (self, key, text);
}

/**
 * stile_enrolment_note_set_certificate:
 * @certificate: says whom it is for, and from when until when
 */
void
stile_enrolment_note_set_certificate (StileEnrolmentNote *self, StileCertificate *certificate)
{
  stile_enrolment_note_set (self, STILE_ENROLMENT_NOTE_SUBJECT, stile_certificate_get_subject (certificate));
  set_date (self, FROM, stile_certificate_get_not_before (certificate));
  set_date (self, UNTIL, stile_certificate_get_not_after (certificate));
}

static gint64
get_date (StileEnrolmentNote *self, const char *key)
{
  g_autofree char *text = stile_enrolment_note_get (self, key);
  gint64 seconds;

  return text != NULL && stile_date_parse (text, &seconds, NULL) ? seconds : 0;
}

/**
 * stile_enrolment_note_get_until:
 *
 * Returns: Unix seconds of the certificate's last moment; 0 when the note does not say
 */
gint64
stile_enrolment_note_get_until (StileEnrolmentNote *self)
{
  return get_date (self, UNTIL);
}

/**
 * stile_enrolment_note_get_due:
 *
 * Two thirds of a certificate's life: what is left is enough for a service that is away for a while, however short the
 * life is.
 *
 * Returns: Unix seconds from which on it should be renewed
 */
gint64
stile_enrolment_note_get_due (StileEnrolmentNote *self)
{
  gint64 from = get_date (self, FROM);
  gint64 until = get_date (self, UNTIL);

  return from + MAX (until - from, 0) / 3 * 2;
}

/**
 * stile_enrolment_note_is_due:
 * @now: Unix seconds
 *
 * Returns: whether it is time to renew
 */
gboolean
stile_enrolment_note_is_due (StileEnrolmentNote *self, gint64 now)
{
  return now >= stile_enrolment_note_get_due (self);
}

static int
compare_due (gconstpointer a, gconstpointer b)
{
  StileEnrolmentNote *one = *(StileEnrolmentNote *const *)a;
  StileEnrolmentNote *other = *(StileEnrolmentNote *const *)b;
  gint64 difference = stile_enrolment_note_get_due (one) - stile_enrolment_note_get_due (other);

  if (difference != 0)
    return difference < 0 ? -1 : 1;
  return strcmp (one->path, other->path);
}

/**
 * stile_enrolment_note_list:
 * @directory: where enrolments are; one that is not there has none
 * @error: %STILE_ERROR_SETTINGS
 *
 * What cannot be read is left out, with a warning in the log.
 *
 * Returns: (transfer full) (element-type StileEnrolmentNote): the one that is due first comes first
 */
GPtrArray *
stile_enrolment_note_list (const char *directory, GError **error)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GDir) entries = NULL;
  const char *name;

  if (!g_file_test (directory, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&notes);
  entries = g_dir_open (directory, 0, error);
  if (entries == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return NULL;
    }

  while ((name = g_dir_read_name (entries)) != NULL && notes->len < STILE_ENROLMENT_NOTE_MAX_COUNT)
    if (g_str_has_suffix (name, STILE_ENROLMENT_NOTE_SUFFIX))
      {
        g_autofree char *path = g_build_filename (directory, name, NULL);
        g_autoptr (GError) local = NULL;
        StileEnrolmentNote *note = stile_enrolment_note_load (path, &local);

        if (note != NULL)
          g_ptr_array_add (notes, note);
        else
          g_message ("%s", local->message);
      }
  g_ptr_array_sort (notes, compare_due);

  return g_steal_pointer (&notes);
}
