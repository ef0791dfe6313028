/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-audit-log.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-date.h"
#include "codec/stile-json.h"

/**
 * StileAuditLog:
 *
 * Which domains a device belonged to, as its MASA tells (RFC 8995 section 5.8.1).  A value that does not change.
 */
struct _StileAuditLog
{
  GObject parent_instance;

  gint64 version;
  GPtrArray *entries; /* of StileLedgerAuditEntry, oldest first where we write */
  StileAuditTruncation truncation;
};

G_DEFINE_FINAL_TYPE (StileAuditLog, stile_audit_log, G_TYPE_OBJECT)

/* base64 of a SHA-512 is 88 characters, of a nonce 44; some room for those who do otherwise. */
#define MAX_TEXT 256

static void
stile_audit_log_finalize (GObject *object)
{
  StileAuditLog *self = STILE_AUDIT_LOG (object);

  g_ptr_array_unref (self->entries);

  G_OBJECT_CLASS (stile_audit_log_parent_class)->finalize (object);
}

static void
stile_audit_log_class_init (StileAuditLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_audit_log_finalize;
}

static void
stile_audit_log_init (StileAuditLog *self)
{
  self->version = STILE_AUDIT_LOG_VERSION;
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)stile_ledger_audit_entry_free);
}

static void
add (StileAuditLog *self, gint64 date, const char *domain_id, const char *nonce, const char *assertion)
{
  StileLedgerAuditEntry *entry = g_new0 (StileLedgerAuditEntry, 1);

  entry->date = date;
  entry->domain_id = g_strdup (domain_id);
  entry->nonce = g_strdup (nonce);
  entry->assertion = g_strdup (assertion);
  g_ptr_array_add (self->entries, entry);
}

/* The newest of each domain, with a nonce and without, oldest first; the others are counted. (element-type
 * StileLedgerAuditEntry) */
static GPtrArray *
leave_out_repeated (GPtrArray *entries, StileAuditTruncation *truncation)
{
  g_autoptr (GHashTable) nonced = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) nonceless = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *kept = g_ptr_array_new ();

  for (guint i = entries->len; i > 0; i--)
    {
      StileLedgerAuditEntry *entry = g_ptr_array_index (entries, i - 1);

      if (g_hash_table_add (entry->nonce != NULL ? nonced : nonceless, entry->domain_id))
        g_ptr_array_insert (kept, 0, entry);
      else if (entry->nonce != NULL)
        truncation->nonced_duplicates++;
      else
        truncation->nonceless_duplicates++;
    }

  return kept;
}

/**
 * stile_audit_log_new:
 * @entries: (element-type StileLedgerAuditEntry): all that is known, oldest first
 *
 * Of more than %STILE_AUDIT_LOG_MAX_EVENTS those go first that repeat others (RFC 8995 section 5.8.1): else a domain that
 * asks often enough would push out what others had.  If they are too many still, the newest are told.
 */
StileAuditLog *
stile_audit_log_new (GPtrArray *entries)
{
  StileAuditLog *self = g_object_new (STILE_TYPE_AUDIT_LOG, NULL);
  g_autoptr (GPtrArray) told = entries->len > STILE_AUDIT_LOG_MAX_EVENTS
                                   ? leave_out_repeated (entries, &self->truncation)
                                   : g_ptr_array_ref (entries);
  guint first = told->len > STILE_AUDIT_LOG_MAX_EVENTS ? told->len - STILE_AUDIT_LOG_MAX_EVENTS : 0;

  for (guint i = first; i < told->len; i++)
    {
      const StileLedgerAuditEntry *entry = g_ptr_array_index (told, i);

      add (self, entry->date, entry->domain_id, entry->nonce, entry->assertion);
    }
  self->truncation.arbitrary = first;

  return self;
}

/* --- reading --- */

/* The CDDL says uint, the RFC's own example has strings: both (BOOTSTRAP 1.1). */
static gboolean
read_count (GVariant *object, const char *member, gint64 fallback, gint64 *count, GError **error)
{
  g_autoptr (GVariant) value = stile_json_get_member (object, member);
  guint64 number;

  *count = fallback;
  if (value == NULL)
    return TRUE;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64) && g_variant_get_int64 (value) >= 0)
    {
      *count = g_variant_get_int64 (value);
      return TRUE;
    }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) &&
      g_ascii_string_to_unsigned (g_variant_get_string (value, NULL), 10, 0, G_MAXINT64, &number, NULL))
    {
      *count = (gint64)number;
      return TRUE;
    }

  g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("The audit log’s “%s” is no number"), member);
  return FALSE;
}

static gboolean
check_text (const char *member, const char *text, GError **error)
{
  if (text != NULL && strlen (text) <= MAX_TEXT)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
               text == NULL ? _ ("An event of the audit log has no “%s”")
                            : _ ("An event of the audit log has a “%s” that is too long"),
               member);
  return FALSE;
}

static gboolean
read_nonce (GVariant *event, const char **nonce, GError **error)
{
  g_autoptr (GVariant) value = stile_json_get_member (event, "nonce");

  *nonce = stile_json_get_string (event, "nonce");
  if (value == NULL)
    return TRUE;

  return check_text ("nonce", *nonce, error);
}

static gboolean
read_event (StileAuditLog *self, GVariant *event, GError **error)
{
  const char *date = stile_json_get_string (event, "date");
  const char *domain_id = stile_json_get_string (event, "domainID");
  const char *assertion = stile_json_get_string (event, "assertion");
  const char *nonce = NULL;
  gint64 when;
  gint64 truncated;

  if (!check_text ("date", date, error) || !check_text ("domainID", domain_id, error) ||
      !check_text ("assertion", assertion, error) || !read_nonce (event, &nonce, error) ||
      !stile_date_parse (date, &when, error) || !read_count (event, "truncated", 0, &truncated, error))
    return FALSE;

  add (self, when, domain_id, nonce, assertion);
  return TRUE;
}

static gboolean
read_events (StileAuditLog *self, GVariant *object, GError **error)
{
  g_autoptr (GVariant) events = stile_json_get_member (object, "events");
  gsize count;

  if (events == NULL || !g_variant_is_of_type (events, G_VARIANT_TYPE ("av")))
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                           _ ("The audit log has no list of “events”"));
      return FALSE;
    }

  count = g_variant_n_children (events);
  if (count > STILE_AUDIT_LOG_MAX_EVENTS)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
                   g_dngettext (GETTEXT_PACKAGE, "The audit log has %zu event, the limit is %d",
                                "The audit log has %zu events, the limit is %d", count),
                   count, STILE_AUDIT_LOG_MAX_EVENTS);
      return FALSE;
    }
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) event = NULL;

      g_variant_get_child (events, i, "v", &event);
      if (!read_event (self, event, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_truncation (StileAuditLog *self, GVariant *object, GError **error)
{
  g_autoptr (GVariant) truncation = stile_json_get_member (object, "truncation");
  gint64 nonced;
  gint64 nonceless;
  gint64 arbitrary;

  if (!read_count (truncation, "nonced duplicates", 0, &nonced, error) ||
      !read_count (truncation, "nonceless duplicates", 0, &nonceless, error) ||
      !read_count (truncation, "arbitrary", 0, &arbitrary, error))
    return FALSE;

  self->truncation.nonced_duplicates = (guint)MIN (nonced, G_MAXUINT);
  self->truncation.nonceless_duplicates = (guint)MIN (nonceless, G_MAXUINT);
  self->truncation.arbitrary = (guint)MIN (arbitrary, G_MAXUINT);
  return TRUE;
}

static gboolean
read_log (StileAuditLog *self, GVariant *object, GError **error)
{
  if (!g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT))
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("The audit log is no JSON object"));
      return FALSE;
    }

  return read_count (object, "version", 0, &self->version, error) && read_events (self, object, error) &&
         read_truncation (self, object, error);
}

/**
 * stile_audit_log_parse:
 * @json: what a MASA answered
 *
 * Returns: (transfer full): the log; %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT when it is none
 */
StileAuditLog *
stile_audit_log_parse (GBytes *json, GError **error)
{
  g_autoptr (GVariant) object = stile_json_parse (json, STILE_AUDIT_LOG_MAX_SIZE, error);
  g_autoptr (StileAuditLog) self = g_object_new (STILE_TYPE_AUDIT_LOG, NULL);

  if (object != NULL && read_log (self, object, error))
    return g_steal_pointer (&self);

  stile_error_convert (error, STILE_ERROR_PROTOCOL);
  return NULL;
}

/* --- writing --- */

static GVariant *
entry_to_variant (const StileLedgerAuditEntry *entry)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "date",
                         g_variant_new_take_string (stile_date_format (entry->date)));
  g_variant_builder_add (&builder, "{sv}", "domainID", g_variant_new_string (entry->domain_id));
  /* null in preference to leaving it out (RFC 8995 section 5.8.1). */
  g_variant_builder_add (&builder, "{sv}", "nonce",
                         entry->nonce != NULL ? g_variant_new_string (entry->nonce)
                                              : g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL));
  g_variant_builder_add (&builder, "{sv}", "assertion", g_variant_new_string (entry->assertion));

  return g_variant_builder_end (&builder);
}

static GVariant *
truncation_to_variant (const StileAuditTruncation *truncation)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "nonced duplicates",
                         g_variant_new_int64 (truncation->nonced_duplicates));
  g_variant_builder_add (&builder, "{sv}", "nonceless duplicates",
                         g_variant_new_int64 (truncation->nonceless_duplicates));
  g_variant_builder_add (&builder, "{sv}", "arbitrary", g_variant_new_int64 (truncation->arbitrary));

  return g_variant_builder_end (&builder);
}

/**
 * stile_audit_log_to_json:
 *
 * Returns: (transfer full): what a MASA answers
 */
GBytes *
stile_audit_log_to_json (StileAuditLog *self)
{
  GVariantBuilder events = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) object = NULL;
  char *text;

  for (guint i = 0; i < self->entries->len; i++)
    g_variant_builder_add (&events, "v", entry_to_variant (g_ptr_array_index (self->entries, i)));

  g_variant_builder_add (&builder, "{sv}", "version", g_variant_new_int64 (self->version));
  g_variant_builder_add (&builder, "{sv}", "events", g_variant_builder_end (&events));
  g_variant_builder_add (&builder, "{sv}", "truncation", truncation_to_variant (&self->truncation));
  object = g_variant_ref_sink (g_variant_builder_end (&builder));
  text = stile_json_print (object, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

gint64
stile_audit_log_get_version (StileAuditLog *self)
{
  return self->version;
}

guint
stile_audit_log_get_n_entries (StileAuditLog *self)
{
  return self->entries->len;
}

/**
 * stile_audit_log_get_entry:
 *
 * Returns: (transfer none): the entry; its strings are a MASA's, untrusted text
 */
const StileLedgerAuditEntry *
stile_audit_log_get_entry (StileAuditLog *self, guint index)
{
  return g_ptr_array_index (self->entries, index);
}

const StileAuditTruncation *
stile_audit_log_get_truncation (StileAuditLog *self)
{
  return &self->truncation;
}
