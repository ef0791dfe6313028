/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-trust-record.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"

/* The shape of the file. */
#define FORMAT_VERSION 1

/**
 * StileTrustRecord:
 *
 * What Stile installed on this computer, where, when and from where it came: a file in the user's data folder, so that
 * it can be taken back by another process, on another day, also after a crash half way.
 *
 * Nothing of it is kept in memory: each call reads the file, and a change writes it anew under a lock that other
 * processes take too.  It can be called from any thread, and blocks.
 */
struct _StileTrustRecord
{
  GObject parent_instance;

  char *path;
};

G_DEFINE_FINAL_TYPE (StileTrustRecord, stile_trust_record, G_TYPE_OBJECT)

static void
stile_trust_record_finalize (GObject *object)
{
  g_free (STILE_TRUST_RECORD (object)->path);

  G_OBJECT_CLASS (stile_trust_record_parent_class)->finalize (object);
}

static void
stile_trust_record_class_init (StileTrustRecordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_trust_record_finalize;
}

static void
stile_trust_record_init (StileTrustRecord *self)
{
}

/**
 * stile_trust_record_new:
 * @data_directory: the user's data folder, of which Stile's own trust store is too
 *
 * Returns: (transfer full): the record; the file is made when something is written to it
 */
StileTrustRecord *
stile_trust_record_new (const char *data_directory)
{
  StileTrustRecord *self = g_object_new (STILE_TYPE_TRUST_RECORD, NULL);

  self->path = g_build_filename (data_directory, "stile", "trust", "record.json", NULL);

  return self;
}

const char *
stile_trust_record_get_path (StileTrustRecord *self)
{
  return self->path;
}

/* --- the file --- */

static gboolean
read_entries (GPtrArray *list, GVariant *document, GError **error)
{
  g_autoptr (GVariant) entries = stile_json_get_member (document, "entries");
  gsize count = 0;

  if (entries == NULL || !g_variant_is_of_type (entries, G_VARIANT_TYPE ("av")) ||
      stile_json_get_integer (document, "version", 0) != FORMAT_VERSION)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("This is no record of installed roots, or one of a later version of Stile"));
      return FALSE;
    }

  count = g_variant_n_children (entries);
  if (count > STILE_TRUST_RECORD_MAX_ENTRIES)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
                   g_dngettext (GETTEXT_PACKAGE, "There is %lu entry, the limit is %d",
                                "There are %lu entries, the limit is %d", count),
                   (gulong)count, STILE_TRUST_RECORD_MAX_ENTRIES);
      return FALSE;
    }
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (entries, i);
      g_autoptr (GVariant) variant = g_variant_get_variant (boxed);
      StileTrustEntry *entry = stile_trust_entry_new_from_variant (variant, error);

      if (entry == NULL)
        {
          g_prefix_error (error, _ ("Entry %lu: "), (gulong)i + 1);
          return FALSE;
        }
      g_ptr_array_add (list, entry);
    }

  return TRUE;
}

/**
 * stile_trust_record_parse:
 * @document: the file's bytes
 * @error: %STILE_ERROR_SETTINGS when it is no record; %STILE_ERROR_LIMIT for more than %STILE_TRUST_RECORD_MAX_SIZE
 *   bytes or %STILE_TRUST_RECORD_MAX_ENTRIES entries
 *
 * Returns: (transfer full) (element-type StileTrustEntry): the entries, the oldest first
 */
GPtrArray *
stile_trust_record_parse (GBytes *document, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GVariant) parsed = stile_json_parse (document, STILE_TRUST_RECORD_MAX_SIZE, error);

  if (parsed != NULL && g_variant_is_of_type (parsed, G_VARIANT_TYPE_VARDICT) &&
      read_entries (list, parsed, error))
    return g_steal_pointer (&list);

  if (error != NULL && *error == NULL)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                         _ ("This is no record of installed roots"));
  stile_error_convert (error, STILE_ERROR_SETTINGS);
  return NULL;
}

static GPtrArray *
load (StileTrustRecord *self, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) document = NULL;
  GPtrArray *list;
  GError *local = NULL;
  gsize length;

  if (!g_file_get_contents (self->path, &text, &length, &local))
    {
      if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        {
          g_error_free (local);
          return g_ptr_array_new_with_free_func (g_object_unref);
        }
      g_propagate_error (error, local);
      return NULL;
    }

  document = g_bytes_new_take (g_steal_pointer (&text), length);
  list = stile_trust_record_parse (document, error);
  return list;
}

static gboolean
save (StileTrustRecord *self, GPtrArray *list, GError **error)
{
  GVariantBuilder entries = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GVariantDict dict;
  g_autoptr (GVariant) document = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < list->len; i++)
    g_variant_builder_add (&entries, "v", stile_trust_entry_to_variant (g_ptr_array_index (list, i)));
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "version", "x", (gint64)FORMAT_VERSION);
  g_variant_dict_insert_value (&dict, "entries", g_variant_builder_end (&entries));
  document = g_variant_ref_sink (g_variant_dict_end (&dict));
  text = stile_json_print (document, TRUE);

  /* Only the user's business: which services somebody uses is in it. */
  return g_file_set_contents_full (self->path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

/* The file itself is replaced by each change, so another one is locked.  Returns: a descriptor, or -1. */
static int
lock (StileTrustRecord *self, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (self->path);
  g_autofree char *name = g_strconcat (self->path, ".lock", NULL);
  int descriptor = -1;

  if (g_mkdir_with_parents (directory, 0700) == 0)
    descriptor = g_open (name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor >= 0 && flock (descriptor, LOCK_EX) == 0)
    return descriptor;

  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno), "%s", g_strerror (errno));
  if (descriptor >= 0)
    close (descriptor);
  return -1;
}

static gboolean
finish (StileTrustRecord *self, gboolean done, GError **error)
{
  if (done)
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("The record of what Stile installed, %s: "), self->path);
  return FALSE;
}

/* What one change needs to know. */
typedef struct
{
  StileTrustEntry *entry; /* to add */
  const char *id;
  const char *store;
  GPtrArray *roots;
} Change;

typedef void (*ChangeFunc) (GPtrArray *list, const Change *change);

static gboolean
change_file (StileTrustRecord *self, ChangeFunc function, const Change *change, GError **error)
{
  int descriptor = lock (self, error);
  g_autoptr (GPtrArray) list = NULL;
  gboolean done = FALSE;

  if (descriptor < 0)
    return finish (self, FALSE, error);

  list = load (self, error);
  if (list != NULL)
    {
      function (list, change);
      done = save (self, list, error);
    }
  close (descriptor);

  return finish (self, done, error);
}

/* --- what can be done with it --- */

/**
 * stile_trust_record_list:
 * @error: %STILE_ERROR_SETTINGS when the file is damaged: it is not written over, somebody has to look at it
 *
 * Returns: (transfer full) (element-type StileTrustEntry): what was installed and not taken back, the oldest first
 */
GPtrArray *
stile_trust_record_list (StileTrustRecord *self, GError **error)
{
  GPtrArray *list = load (self, error);

  finish (self, list != NULL, error);
  return list;
}

static void
add (GPtrArray *list, const Change *change)
{
  g_ptr_array_add (list, g_object_ref (change->entry));
}

/**
 * stile_trust_record_add:
 * @entry: what is about to be done
 *
 * Returns: whether it is on the disk, also after a loss of power; only then may the store be changed
 */
gboolean
stile_trust_record_add (StileTrustRecord *self, StileTrustEntry *entry, GError **error)
{
  return change_file (self, add, &(Change){ .entry = entry }, error);
}

static void
remove_entry (GPtrArray *list, const Change *change)
{
  for (guint i = list->len; i > 0; i--)
    if (g_str_equal (stile_trust_entry_get_id (g_ptr_array_index (list, i - 1)), change->id))
      g_ptr_array_remove_index (list, i - 1);
}

/**
 * stile_trust_record_remove:
 * @entry_id: an entry of which nothing is in its store
 */
gboolean
stile_trust_record_remove (StileTrustRecord *self, const char *entry_id, GError **error)
{
  return change_file (self, remove_entry, &(Change){ .id = entry_id }, error);
}

static gboolean
has_all (GPtrArray *roots, GPtrArray *wanted)
{
  for (guint i = 0; i < wanted->len; i++)
    if (!g_ptr_array_find_with_equal_func (roots, g_ptr_array_index (wanted, i),
                                           (GEqualFunc)stile_certificate_equal, NULL))
      return FALSE;

  return TRUE;
}

static void
settle (GPtrArray *list, const Change *change)
{
  for (guint i = 0; i < list->len; i++)
    {
      StileTrustEntry *entry = g_ptr_array_index (list, i);

      if (g_str_equal (stile_trust_entry_get_store (entry), change->store) &&
          has_all (change->roots, stile_trust_entry_get_roots (entry)))
        stile_trust_entry_set_done (entry);
    }
}

/**
 * stile_trust_record_settle:
 * @store: the store's id
 * @roots: (element-type StileCertificate): what is in it now
 *
 * Marks as done whatever was about to put these there, also what an earlier process could not finish.
 */
gboolean
stile_trust_record_settle (StileTrustRecord *self, const char *store, GPtrArray *roots, GError **error)
{
  return change_file (self, settle, &(Change){ .store = store, .roots = roots }, error);
}

static void
forget (GPtrArray *list, const Change *change)
{
  for (guint i = list->len; i > 0; i--)
    {
      StileTrustEntry *entry = g_ptr_array_index (list, i - 1);

      if (!g_str_equal (stile_trust_entry_get_store (entry), change->store))
        continue;
      for (guint j = 0; j < change->roots->len; j++)
        stile_trust_entry_remove_root (entry, g_ptr_array_index (change->roots, j));
      if (stile_trust_entry_get_roots (entry)->len == 0)
        g_ptr_array_remove_index (list, i - 1);
    }
}

/**
 * stile_trust_record_forget:
 * @store: the store's id
 * @roots: (element-type StileCertificate): what was taken back from it
 *
 * Takes @roots out of the entries for @store; an entry with none left is gone.
 */
gboolean
stile_trust_record_forget (StileTrustRecord *self, const char *store, GPtrArray *roots, GError **error)
{
  return change_file (self, forget, &(Change){ .store = store, .roots = roots }, error);
}
